"""Python's habits: what the compiler says of them leads to a hint, and who follows it has Go."""

import re
import subprocess

import pytest

from gomagic.build import compiler, diagnostics, toolchain
from gomagic.source import cell

HEAD = "func F(xs []int, s string, a, b int, m map[string]int) (n int) {\n\t"
# What stands in a function, and what it is to become where that is more than to do what the hint says.
INSIDE = {
    "# a comment": None,
    "a = b # comment": None,
    "s = 'abc'": None,
    "s = 'a'": None,
    "s = 'it\"s'": None,
    "s = ''": None,
    "if s == 'a' {\n\t}": None,
    'if s[0] == "a" {\n\t}': None,
    'if s == "a" + "" and s[0] == \'a\' {\n\t}': None,
    "s = “abc“": ["“", '"'],
    "s = ‘abc‘": ["‘", '"'],
    "a =\u00a0b": ["\u00a0", " "],
    "a = b \u2212 1": None,
    "a\u200b = b": ["\u200b", ""],
    "while a < b {\n\t\ta++\n\t}": None,
    "while True {\n\t\tbreak\n\t}": None,
    "while a < b:\n\t\ta++\n\t}": None,
    "if a > 1 and b > 1 {\n\t}": None,
    "if a > 1 or b > 1 {\n\t}": None,
    "if not a > 1 {\n\t}": None,
    "c := not true\n\t_ = c": None,
    "c := True\n\t_ = c": None,
    "var c error = None\n\t_ = c": None,
    "if xs is nil {\n\t}": None,
    "if xs is not nil {\n\t}": None,
    "if a in xs {\n\t}": None,
    "if a not in xs {\n\t}": None,
    "for x in xs {\n\t\ta += x\n\t}": None,
    "for x in xs:\n\t\ta += x\n\t}": None,
    "for i in range(10) {\n\t\ta += i\n\t}": None,
    "for i in range(2, b) {\n\t\ta += i\n\t}": None,
    "for i, x in enumerate(xs) {\n\t\ta += i * x\n\t}": None,
    "for _, v in m.items() {\n\t\ta += v\n\t}": None,
    "for i, x := range enumerate(xs) {\n\t\ta += i * x\n\t}": None,
    "if a > b:\n\t\ta = b\n\t}": None,
    "if a > 1 {\n\t} else:\n\t\ta = b\n\t}": None,
    "if a > 1 {\n\t} elif b > 1 {\n\t}": None,
    "if a > 1 {\n\t}\n\telse {\n\t}": ["}\n\telse {", "} else {"],
    "a = a if a > b else b": None,
    "c := s if a > b else s + s\n\t_ = c": None,
    "return a if a > b else b": None,
    "a = a > b ? a : b": None,
    "if true { a = a if a > b else b }": None,
    'if true { s = "{" if a > b else "};"; a = 1 }': None,
    "if true { c := a > b ? a : b; a = c }": None,
    "a = a if a > b else b; b = 1": None,
    "if true { return a if a > b else b }": None,
    "if true { f := lambda x: x + 1; a = f(a) }": None,
    "a = func(f func(int) int) int { return f(1) }(lambda x: x * (2 + b))": None,
    "a = a ** 2": None,
    "f := lambda x: x + 1\n\ta = f(a)": None,
    "c := [1, 2]\n\t_ = c": ["[1, 2]", "[]int{1, 2}"],
    'c := {"a": 1}\n\t_ = c': ['{"a"', 'map[string]int{"a"'],
    "c = a + b\n\t_ = c": None,
    "match a {\n\tcase 1:\n\t}": None,
    "print a": None,
    "del m[s]": None,
    "assert a > 0": None,
    "global a": None,
    'raise ValueError("x")': None,
    "if a > b {\n\t\tpass\n\t}": None,
    "s = str(a)": None,
    "c := float(a)\n\t_ = c": None,
    "var c float64\n\tc = abs(c)": None,
    "a = sum(xs)": ["a = sum(xs)", "for _, x := range xs { a += x }"],
    "s = s + a": None,
    "s = a + s": None,
    "s = s * 3": None,
    "var c float64\n\tc = c * a": None,
    "var c float64\n\tc = a * c": None,
    "var c float64 = a / b\n\t_ = c": None,
    "var c float64 = a\n\t_ = c": None,
    "if 1 < a < b {\n\t}": None,
    "a = b++": ["a = b++", "b++"],
    "++a": ["++a", "a++"],
    "a = int(s)": ["a = int(s)", "n, err := strconv.Atoi(s)\n\ta, _ = n, err"],
    "if !xs {\n\t}": None,
    "if !s {\n\t}": None,
    "if a {\n\t}": ["if a", "if a != 0"],
    "a = xs[-1]": None,
    "xs = xs[::2]": ["xs = xs[::2]", "for i := 0; i < len(xs); i += 2 {\n\t}"],
    "xs = [x * 2 for x in xs]": ["xs = [x * 2 for x in xs]", "for _, x := range xs {\n\txs = append(xs, x * 2)\n\t}"],
    's = f"{a}"': ['f"{a}"', 'fmt.Sprintf("%v", a)'],
    's = """doc"""': ['"""', "`"],
    "a = xs.len()": None,
    "xs.append(3)": None,
    "xs.sort()": None,
    "s = s.upper()": None,
    'if s.startswith("a") {\n\t}': None,
    "for _, w := range s.split() {\n\t\ts = w\n\t}": None,
    "a = s.length": None,
    'a = m.get("x")': None,
}
OUTSIDE = {
    "# statistics\nfunc G() {}": None,
    "def G(x, s: str) {\n}": None,
    "def G(x: float, xs: list[float]) -> dict[str, int]:\n\treturn nil\n}": None,
    "def G() int {\n\treturn 1\n}": None,
    "class P:\n\tX int\n}": None,
    "from math import sqrt\nfunc G() float64 { return math.Sqrt(2) }": None,
    "import math as m\nfunc G() float64 { return m.Sqrt(2) }": None,
    "import os.path": ['import os.path', 'import _ "os/exec"'],
    "x = 3": None,
    "fmt.Println(1)": ["fmt.Println(1)", "func G() { fmt.Println(1) }"],
    "func G(x: int) {}": [":", ""],
    "func G(x int) -> int { return x }": ["-> ", ""],
    "func G() int\n{\n\treturn 1\n}": ["\n{", " {"],
}  # fmt: skip
CASES = {**{HEAD + body + "\n\treturn 0\n}": mended for body, mended in INSIDE.items()}, **OUTSIDE}
# Such as have no way in Go that could be taken as it is: a note tells.
NOTED = {
    HEAD + "try {\n\t} except {\n\t}\n\treturn 0\n}": "Go has no `try`: errors are results",
    HEAD + "try:\n\t\ta = 1\n\treturn 0\n}": "Go has no `try`: errors are results",
    HEAD + "with open(s) as f {\n\t}\n\treturn 0\n}": "`defer f.Close()` closes what is open",
    HEAD + "yield a\n\treturn 0\n}": "returns an `iter.Seq[T]`",
    HEAD + "self.x = 1\n\treturn 0\n}": "a method names its receiver",
}


@pytest.fixture
def first(tmp_path):
    """`first(body)` is the first fault of a cell, as the compiler tells it."""

    def explained(body):
        made = cell.parse("lib", body, number=7)
        file = tmp_path / "cell.go"
        file.write_text("package main\n" + made.file, encoding="utf-8")
        command = [toolchain.find().go, "tool", "compile", "-p", "main", "-o", tmp_path / "cell.o", file]
        ended = subprocess.run(command, capture_output=True, text=True)
        return diagnostics.faults(ended.stdout, made, ["gcc"])[0]

    return explained


def mended(body, fault, other):
    """The text after the hint was followed."""
    lines = body.split("\n")
    number = int(fault.where.split(":")[1]) - 2
    if other:
        return body.replace(*other)
    if found := re.match("write `(.*)` in place of `(.*)`", fault.hint):
        line = lines[number]
        begin = max(line.rfind(found[2], 0, fault.column - 1 + len(found[2])), line.find(found[2]))
        assert begin >= 0, fault
        lines[number] = line[:begin] + found[1] + line[begin + len(found[2]) :]
    elif found := re.fullmatch("write `(.*)`, then `(.*)`", fault.hint):
        lines[number : number + 1] = found.groups()
    elif found := re.fullmatch("delete `(.*)`", fault.hint):
        lines[number] = lines[number].replace(found[1], "")
    else:
        [lines[number]] = re.findall("^write `(.*)`$", fault.hint)
    return "\n".join(lines)


def test_following_a_hint_mends_the_cell(first, own_cache):
    texts = []
    for number, (body, other) in enumerate(CASES.items()):
        fault = first(body)
        assert fault.hint, (body, fault)
        text = mended(body, fault, other)
        imports = re.findall("^import .*$", text, re.M)
        text = re.sub("^import .*$", "", text, flags=re.M)
        own = re.sub(r"\b(?:F|G|P)\b(?=[ (])|^var x\b", lambda name: f"{name[0]}{number}", text)  # noqa: B023
        texts[:0] = imports
        texts.append(own)
    compiler.build(cell.parse("lib", "\n".join(texts), number=7), toolchain.find())


@pytest.mark.parametrize("body", NOTED)
def test_what_go_has_in_another_way_is_noted(first, body):
    fault = first(body)
    assert (NOTED[body] in fault.note, fault.hint) == (True, "")


def test_a_name_of_pythons_is_not_taken_for_another_that_is_spelt_alike():
    """golib/cellgen offers `string` for `str`; but `string(65)` is "A"."""
    from gomagic.build import cures

    made = cell.parse("lib", "")
    assert cures.explain("undefined: str", made, "string", "s = str(a)", 5)[1].startswith("write `fmt.Sprint`")
    assert cures.explain("undefined: abss", made, "abs", "a = abss(a)", 5)[1] == "did you mean `abs`?"


def test_words_of_pythons_elsewhere_in_a_line_mislead_nobody(first):
    fault = first(HEAD + "c := a /* while not in */ 3\n\treturn 0\n}")
    assert (fault.note, fault.hint) == ("", "")
