"""Python's ways of writing that Go does not know: by what the compiler says, and what stands where it says it.

What is to be written instead is made of the reader's own line, so that it can be taken as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from gomagic.source.record import Record

_TOKEN = re.compile(r"""\"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|.""")


class Spot(Record):
    """A place in a line: what stands before it, and from it on."""

    left: str
    right: str

    @property
    def word(self) -> str:
        """The word or sign that begins here."""
        found = re.match(r"\w+|\S", self.right)
        return found[0] if found else ""

    @property
    def before(self) -> str:
        """The word in front."""
        found = re.search(r"(\w+)[ \t]*$", self.left)
        return found[1] if found else ""

    @property
    def line(self) -> str:
        return (self.left + self.right).strip()

    @property
    def rest(self) -> str:
        """What stands from here on up to the end of the statement: other ones may follow in the line, or a brace."""
        depth, end = 0, len(self.right)
        for token in _TOKEN.finditer(self.right):
            depth += (token[0] in "([{") - (token[0] in ")]}")
            if depth < 0 or (depth == 0 and token[0] == ";"):
                end = token.start()
                break
        return self.right[:end].rstrip()


Advice = tuple[str, str]  # a note and a hint
_Advise = Callable[[Spot, "re.Match[str]"], Advice]
_NOTHING = ("", "")
_TRY = "Go has no `try`: errors are results, as in `n, err := f()`, then `if err != nil { … }`"
_BLOCK = "a block stands in braces: close it with `}`"


def explain(message: str, line: str, column: int) -> Advice:
    """A note and a hint, if what the compiler says at a column of a line comes of a habit; else two empty strings."""
    spot = Spot(line[: column - 1], line[column - 1 :]) if column else Spot("", "")
    for pattern, advise in _SAID.items():
        if found := re.match(pattern, message):
            return advise(spot, found)
    return _NOTHING


def _instead(text: str, of: str) -> str:
    """The hint to write something in place of what stands there."""
    return f"write `{text}` in place of `{of}`"


def misses(message: str) -> bool:
    """Whether the compiler misses what everybody knows from Python: then no other name was meant."""
    found = re.match(r"undefined: (\w+)$", message)
    return bool(found and (found[1] in _CONSTANTS or found[1] in ("str", "float", "list", "dict")))


def _character(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on a character that Go does not know."""
    character = chr(int(found[1], 16))
    if character == "#":
        return "a comment in Go begins with `//`", _instead("//", character)
    if character == "?":
        value, _, last = spot.rest[1:].partition(":")
        return _conditional(spot, value, "", last)
    kind, name = unicodedata.category(character), unicodedata.name(character, "a control character")
    if kind in ("Pi", "Pf") or character in "\"'":
        instead = '"'
    elif kind == "Pd" or character == "\N{MINUS SIGN}":
        instead = "-"
    elif kind == "Zs":
        return f"it looks like a space, and is {name}", "delete it, and type an ordinary space"
    elif kind == "Cf":
        return f"it cannot be seen: {name}", "delete it, and type what stands around it anew"
    else:
        return _NOTHING
    return f"it is {name}, which word processors put there", _instead(instead, character)


def _quotes(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on text in single quotes; the place is that of the quote that opens."""
    opens = len(spot.left.rstrip("'"))  # an empty literal is told at its end
    quoted = re.match(r"'((?:\\.|[^'\\])*)'", (spot.left + spot.right)[opens:])
    if not quoted:
        return _NOTHING
    inside = quoted[1].replace("\\'", "'")
    text = f'"{inside}"' if '"' not in inside else f"`{inside}`"
    return "in Go single quotes hold one character, a number", _instead(text, quoted[0])


def _byte(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on the byte of a text that is compared with text."""
    return "an item of a Go string is a byte, a number", _instead(f"'{found[2]}'", f'"{found[2]}"')


def _unexpected(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on where the parser was lost: at a word of Python's, or behind one."""
    at, rest = spot.word, spot.right
    if at in ("except", "finally") or spot.before == "try":
        return _TRY, ""
    if at in ("and", "or"):
        return "", _instead("&&" if at == "and" else "||", at)
    if at == "is":
        negated = re.match(r"is +not\b", rest)
        return "", _instead("!=", "is not") if negated else _instead("==", "is")
    if at == "elif":
        return "", _instead("else if", "elif")
    if at == "else":
        return "Go ends a statement where its line ends", "write `} else {` on one line"
    if at == "if":
        condition, _, last = spot.rest[2:].partition(" else ")
        return _conditional(spot, "", condition, last)
    if at == "for":
        return "Go has no comprehensions", "write a loop: `for _, x := range xs {`, and `append` in it"
    if at in ("in", "not"):
        return _membership(spot)
    if at == "++" or rest.startswith("++"):
        name = spot.before or rest[2:].split()[0]
        return "`++` is a statement, and stands behind its variable", f"write `{name}++` on a line of its own"
    if at in ('"', "`") and re.search(r"\bf$", spot.left):
        return "Go has no f-strings", 'write `fmt.Sprintf("%v", x)`, with a `%v` for each value that follows'
    if at == '"' and spot.left.endswith('""'):
        return "text of several lines stands in backquotes", 'write a backquote in place of `"""`, at both ends'
    return _behind(spot)


def _behind(spot: Spot) -> Advice:
    """A note and a hint on the word of Python's that stands in front of where the parser was lost."""
    word, rest = spot.before, spot.right
    statement = f"{word} {rest}".strip()
    if word == "while":
        condition = rest.rstrip(" :{")
        braced = "for {" if condition in ("True", "true", "1") else f"for {condition} {{"
        return "Go has one kind of loop: `for`", _instead(braced, statement)
    if word == "not":
        operand = re.split(r" (?:and|or|&&|\|\|) | *[{:)]", rest)[0].strip()
        simple = re.fullmatch(r"[\w.]+(\(.*\))?", operand)
        return "", _instead(f"!{operand if simple else f'({operand})'}", f"not {operand}")
    if word == "lambda" and (found := re.match(r"([\w, ]*): *(.*)", spot.rest)):
        func = f"func({found[1]} int) int {{ return {found[2]} }}"
        return "a func names its types: here int stands for them", _instead(func, f"lambda {found[0]}")
    if word == "match":
        return "", _instead("switch", "match")
    if word == "print":
        return "", _instead(f"fmt.Println({rest})", statement)
    if word == "del" and (found := re.match(r"(.+)\[(.+)\]$", rest)):
        instead = f"delete({found[1]}, {found[2]})"
        return "`delete` is for maps; of a slice, `slices.Delete`", _instead(instead, statement)
    if word == "assert":
        instead = f'if !({rest}) {{ panic("it does not hold") }}'
        return "", _instead(instead, statement)
    if word in ("global", "nonlocal"):
        return "a function sees the variables around it", f"delete `{statement}`"
    if word == "raise":
        text = (re.search(r"\(\s*([\"'])(.*)\1\s*\)", rest) or ["", "", rest])[2]
        note = "a panic is an exception in Python; errors are results in Go, `return 0, errors.New(…)`"
        return note, _instead(f'panic("{text}")', statement)
    if word == "with":
        return "`defer f.Close()` closes what is open when the function ends", ""
    if word == "yield":
        return "a function that gives one value after another returns an `iter.Seq[T]`", ""
    return _NOTHING


def _membership(spot: Spot) -> Advice:
    """A note and a hint on `in`, of a loop or a condition."""
    if loop := re.match(r"for +(.+?) +in +(.+?)[ :{]*$", spot.line):
        names, over = loop[1], loop[2]
        if count := re.fullmatch(r"range\(([^,]+)\)", over):
            instead = f"for {names} := range {count[1]} {{"
        elif span := re.fullmatch(r"range\(([^,]+), *([^,]+)\)", over):
            instead = f"for {names} := {span[1]}; {names} < {span[2]}; {names}++ {{"
        elif pairs := re.fullmatch(r"enumerate\((.+)\)|(.+)\.items\(\)", over):
            instead = f"for {names} := range {pairs[1] or pairs[2]} {{"
        else:
            instead = f"for _, {names} := range {over} {{"
        note = "range gives index and value, of a map key and value"
        return f"{note}; {_BLOCK}" if spot.line.endswith(":") else note, _instead(instead, loop[0])
    negated = spot.word == "not"
    item = re.search(r"([\w.\"']+)[ \t]*$", spot.left)
    place = re.match(r"(?:not +)?in +([\w.]+)", spot.right)
    if not item or not place:
        return _NOTHING
    instead = f"{'!' if negated else ''}slices.Contains({place[1]}, {item[1]})"
    note = "of a map, `_, ok := m[key]` tells; of text, `strings.Contains`"
    return note, _instead(instead, f"{item[1]} {place[0]}")


def _conditional(spot: Spot, value: str, condition: str, last: str) -> Advice:
    """A note and a hint on `value if condition else last`, or `condition ? value : last`."""
    note = "Go has no conditional expression"
    begin = re.compile(r"(return\b|\w[\w.\[\]]* *:?=) *(.*)")
    begun = begin.match(spot.left.lstrip())
    if not begun:  # a function in one line
        begins = [token.end() for token in _TOKEN.finditer(spot.left) if token[0] in "{;"]
        begun = begin.match(spot.left[max(begins, default=0) :].lstrip())
    if not begun or not last.strip():
        return f"{note}: `if` stands by itself", ""
    value, condition, last = ((text or begun[2]).strip() for text in (value, condition, last))
    if begun[1] == "return":
        first, second = f"if {condition} {{ return {value} }}", f"return {last}"
    else:
        first, second = f"{begun[1]} {last}", f"if {condition} {{ {begun[1].rstrip(':= ')} = {value} }}"
    statement = begun[0] + spot.rest
    if statement == spot.line:
        return note, f"write `{first}`, then `{second}`"
    return note, _instead(f"{first}; {second}", statement)


def _outside(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on what stands outside of all functions."""
    if function := re.match(r"(?:async +)?def +(\w+)\((.*)\)(?: *-> *(.+?))? *[:{]?$", spot.right):
        takes = ", ".join(_parameter(each) for each in function[2].split(",") if each.strip())
        gives = f" {_type(function[3])}" if function[3] and function[3] != "None" else ""
        instead = f"func {function[1]}({takes}){gives} {{"
        note = f"a parameter has a type, and so has what is returned; {_BLOCK}"
        return note, _instead(instead, function[0])
    if spot.word == "def":
        return "", _instead("func", "def")
    if kind := re.match(r"class +(\w+).*", spot.right):
        note = f"fields stand in it, a line each; methods below it: `func (x *{kind[1]}) Name() {{`"
        return note, _instead(f"type {kind[1]} struct {{", kind[0])
    if spot.word in ("import", "from"):
        return _import(spot, found)
    if value := re.match(r"(\w+) *:?=(?!=) *(.*)", spot.right):
        return "outside of functions a variable is declared by `var`", f"write `var {value[1]} = {value[2]}`"
    if spot.word == "@":
        return "Go has no decorators", ""
    if re.match(r"[\w.]+\(", spot.right):
        return "outside of functions nothing is run", "put it into a function, and call that"
    return _NOTHING


def _import(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on an import that is written as Python's."""
    name = re.fullmatch(r"(?:import|from) +([\w.]+)(?: +import .*| +as +(\w+))?", spot.line)
    if not name:
        return _NOTHING
    note = "what a package has is called with its name, as in `math.Sqrt`"
    other = f"{name[2]} " if name[2] else ""
    return note, _instead(f'import {other}"{name[1].replace(".", "/")}"', spot.line)


def _parameter(text: str) -> str:
    name, _, kind = text.split("=")[0].partition(":")
    return f"{name.strip()} {_type(kind)}"


_TYPES = {"str": "string", "float": "float64", "bytes": "[]byte", "list": "[]int", "dict": "map[string]int"}
_TYPES |= {"set": "map[string]bool", "object": "any", "Any": "any", "Exception": "error", "complex": "complex128"}


def _type(text: str) -> str:
    """Go's type for an annotation; of what has none, int."""
    text = text.strip()
    if inner := re.fullmatch(r"list\[(.+)\]", text):
        return f"[]{_type(inner[1])}"
    if pair := re.fullmatch(r"dict\[(.+?), *(.+)\]", text):
        return f"map[{_type(pair[1])}]{_type(pair[2])}"
    return _TYPES.get(text, text) or "int"


_CONSTANTS = {"True": "true", "False": "false", "None": "nil"}
_FUNCTIONS = {"str": "fmt.Sprint", "float": "float64", "abs": "math.Abs", "round": "math.Round", "pow": "math.Pow"}


def _undefined(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on a name that is Python's, or that an assignment should have declared."""
    name, is_called = found[1], bool(re.match(r"\w+\(", spot.right))
    if name in _CONSTANTS:
        return "", _instead(_CONSTANTS[name], name)
    if re.match(r"\w+(?:[ \t]*,[ \t]*\w+)*[ \t]*=(?!=)", spot.right) and not spot.left.strip():
        return "a variable is declared by `:=` where it gets its first value", _instead(":=", "=")
    if is_called and name in _FUNCTIONS:
        return "", _instead(_FUNCTIONS[name], name)
    if not is_called and name in _TYPES:
        return "", _instead(_TYPES[name], name)
    if name == "pass":
        return "a block may be empty", "delete `pass`"
    if name == "self":
        return "a method names its receiver: `func (self *Point) Move() {`", ""
    if name == "enumerate":
        inner = re.match(r"enumerate\((.*?)\)", spot.right)
        return "range counts, too", _instead(inner[1], inner[0]) if inner else ""
    if name == "sum":
        return "Go has no `sum`", "write a loop: `for _, x := range xs { total += x }`"
    return _NOTHING


_OF_TEXT = {"upper": "strings.ToUpper({x})", "lower": "strings.ToLower({x})", "strip": "strings.TrimSpace({x})"}
_OF_TEXT |= {"split": "strings.Split({x}, {0})", "join": "strings.Join({0}, {x})", "len": "len({x})"}
_OF_TEXT |= {"replace": "strings.ReplaceAll({x}, {0})", "startswith": "strings.HasPrefix({x}, {0})"}
_OF_TEXT |= {"endswith": "strings.HasSuffix({x}, {0})", "find": "strings.Index({x}, {0})", "length": "len({x})"}
_OF_TEXT |= {"count": "strings.Count({x}, {0})", "format": "fmt.Sprintf({x}, {0})"}
_OF_SLICE = {"append": "{x} = append({x}, {0})", "extend": "{x} = append({x}, {0}...)", "len": "len({x})"}
_OF_SLICE |= {"sort": "slices.Sort({x})", "reverse": "slices.Reverse({x})", "index": "slices.Index({x}, {0})"}
_OF_SLICE |= {"insert": "{x} = slices.Insert({x}, {0})", "length": "len({x})", "pop": "{x} = {x}[:len({x})-1]"}
_OF_MAP = {"keys": "maps.Keys({x})", "values": "maps.Values({x})", "items": "{x}", "len": "len({x})", "get": "{x}[{0}]"}
_OF_MAP |= {"pop": "delete({x}, {0})", "length": "len({x})"}


def _method(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on a method that such values have in Python."""
    holder, name, kind = found[1], found[2], found[3]
    table = _OF_TEXT if kind == "string" else _OF_MAP if kind.startswith("map[") else _OF_SLICE
    known = table.get(name) or ("len({x})" if name in ("__len__", "size") else "")
    line = spot.left + spot.right
    call = re.search(rf"{re.escape(holder)}\.{name}(?:\(([^()]*)\))?", line)
    if not known or not call or not re.match(r"string$|\[|map\[", kind):
        return _NOTHING
    argument = (call[1] or "").strip()
    if name == "split" and not argument:
        known = "strings.Fields({x})"
    instead = known.replace("{x}", holder).replace("{0}", argument)
    return "text, slices and maps have no methods", _instead(instead, call[0])


def _text_and_number(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on `text + number`, and the other way round."""
    one, other = found[1], found[2]
    is_first = found[3] == "string"
    instead = f"{one} + fmt.Sprint({other})" if is_first else f"fmt.Sprint({one}) + {other}"
    return "", _instead(instead, f"{one} + {other}")


def _repeated(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on `text * 3`."""
    return "", _instead(f"strings.Repeat({found[1]}, {found[2]})", f"{found[1]} * {found[2]}")


_NUMBER = r"(?:u?int(?:8|16|32|64)?|float32|float64)"


def _numbers(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on numbers of two types."""
    one, sign, other, first, second = found.groups()
    wide = second if second.startswith("float") or not first.startswith("float") else first
    instead = f"{wide}({one}) {sign} {other}" if wide == second else f"{one} {sign} {wide}({other})"
    return "Go converts no number by itself", _instead(instead, f"{one} {sign} {other}")


def _as_float(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on a whole number where a float is wanted; to divide whole numbers cuts."""
    if parts := re.fullmatch(r"([\w.]+) / ([\w.]+)", found[1]):
        note = "`/` of whole numbers is `//` in Python"
        return note, _instead(f"float64({parts[1]}) / float64({parts[2]})", found[1])
    return "Go converts no number by itself", _instead(f"float64({found[1]})", found[1])


def _chained(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on `a < b < c`."""
    first, middle, last = found[1], found[3], found[5]
    instead = f"{first} {found[2]} {middle} && {middle} {found[4]} {last}"
    return "", _instead(instead, f"{first} {found[2]} {middle} {found[4]} {last}")


def _power(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on `**`."""
    base = re.search(r"([\w.]+) *\* *\*? *$", spot.left)
    power = re.match(r"\*? *([\w.]+)", spot.right)
    if not base or not power or "**" not in spot.line.replace(" ", ""):
        return _NOTHING
    written = (spot.left + spot.right)[base.start() : len(spot.left) + power.end()]
    instead = f"{base[1]} * {base[1]}" if power[1] == "2" else f"math.Pow({base[1]}, {power[1]})"
    return "math.Pow takes and gives float64", _instead(instead, written)


def _truth(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on a value as a condition."""
    name, kind = found[1], found[2]
    empty = "== nil" if kind[0] in "*f" and not kind.startswith("float") else '== ""' if kind == "string" else "== 0"
    instead = f"len({name}) == 0" if kind[0] in "[m" else f"{name} {empty}"
    return "a condition is true or false", _instead(instead, f"!{name}")


def _index(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on an index from the end."""
    holder = re.search(r"([\w.]+)\[ *$", spot.left)
    if not holder:
        return _NOTHING
    instead = f"len({holder[1]}){found[1]}"
    return "an index counts from the beginning", _instead(instead, found[1])


def _say(note: str, hint: str) -> _Advise:
    """What says a note and a hint, always."""
    return lambda spot, found: (note, hint)


def _arrow(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on `->`."""
    return ("the type of the result follows at once", "delete `->`") if spot.right.startswith("->") else _NOTHING


def _converted(spot: Spot, found: re.Match[str]) -> Advice:
    """A note and a hint on text that is to be a number."""
    parse = f"strconv.Atoi({found[1]})" if "int" in found[2] else f"strconv.ParseFloat({found[1]}, 64)"
    note = "text that is no number is an error, the second result"
    return note, f"write `n, err := {parse}` above, and `n` here"


# What the compiler says -> what to say to it.
_SAID: dict[str, _Advise] = {
    r"invalid character U\+([0-9A-F]+)": _character,
    r"more than one character in rune literal|empty rune literal": _quotes,
    r"cannot use '.*' \(untyped rune constant \d+\) as string value": _quotes,
    r"invalid operation: .*\(mismatched types (?:string and untyped rune|untyped rune and string)\)": _quotes,
    r"invalid operation: (\S+) [!=]= \"(.)\" \(mismatched types byte and untyped string\)": _byte,
    r"syntax error: unexpected : in parameter list": _say("a type follows its name at once", "delete the `:`"),
    r"syntax error: (?:unexpected :, expected \{|else must be followed by if or statement block)": _say(
        _BLOCK, _instead(" {", ":")
    ),
    r"label (?:try|finally) defined and not used": _say(_TRY, ""),
    r"syntax error: unexpected - after top level declaration": _arrow,
    r"(?:syntax error: )?(?:imports must appear before other|missing import path|import path must be)": _import,
    r"syntax error: non-declaration statement outside function body": _outside,
    r"syntax error: unexpected comma; expected \]": _say(
        "a slice names its type", "write `[]int{…}` in place of `[…]`, with the type of what is in it"
    ),
    r"syntax error: unexpected \{, expected expression": _say(
        "a map names its types", "write `map[string]int{…}` in place of `{…}`, with the types of keys and values"
    ),
    r"syntax error: unexpected semicolon or newline before \{": _say(
        "Go ends a statement where its line ends", "put the `{` at the end of the line above"
    ),
    r"syntax error: unexpected": _unexpected,
    r"undefined: (\w+)$": _undefined,
    r"(\S+)\.(\w+) undefined \(type (.+) has no field or method \w+\)": _method,
    r"invalid operation: (\S+) \* (\S+) \(mismatched types string and (?:untyped )?int\)": _repeated,
    rf"invalid operation: (\S+) \+ (\S+) \(mismatched types (string) and {_NUMBER}\)": _text_and_number,
    rf"invalid operation: (\S+) \+ (\S+) \(mismatched types {_NUMBER} and (?:untyped )?string\)()": _text_and_number,
    rf"invalid operation: (\S+) ([-+*/%<>=!]+) (\S+) \(mismatched types ({_NUMBER}) and ({_NUMBER})\)": _numbers,
    r"invalid operation: (\S+) (<=?|>=?) (\S+) (<=?|>=?) (\S+) \(mismatched types untyped bool": _chained,
    r"invalid operation: cannot indirect ": _power,
    r"invalid operation: operator ! not defined on (\S+) \(variable of (?:\w+ )?type (.+)\)": _truth,
    r"non-boolean condition in ": _say(
        "a condition is true or false", "compare it, as in `n != 0`, `len(xs) > 0` or `x != nil`"
    ),
    r"invalid argument: index (-\d+) \(constant of type int\) must not be negative": _index,
    r"middle index required in 3-index slice": _say(
        "a slice of Go's has no step", "write a loop: `for i := 0; i < len(xs); i += 2 {`"
    ),
    r"cannot use (.+) \((?:variable|value) of type int\) as float64 value": _as_float,
    r"cannot convert (\S+) \(variable of type string\) to type (int|float64)": _converted,
}
