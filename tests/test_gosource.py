import linear
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gomagic.source import gosource

# Mostly what Go is made of, in any order, and now and then any character at all.
PIECES = [
    "package",
    "import",
    "func",
    '"C"',
    '"',
    "`",
    "'",
    "//",
    "/*",
    "*/",
    "\\",
    "(",
    ")",
    "\n",
    " ",
    ";",
    "//export F",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)


def test_imports_are_found_one_by_one_and_in_blocks():
    source = gosource.scan('package main\n\nimport "C"\nimport (\n\t"fmt"\n\tstr "strings"\n)\n')
    assert source.imports == {"C": 3, "fmt": 5, "strings": 6}


def test_an_import_in_a_comment_or_a_string_is_none():
    source = gosource.scan('package main\n// import "C"\n/*\nimport "C"\n*/\nvar s = `\nimport "C"\n`\n')
    assert source.imports == {}


def test_an_import_after_a_semicolon_counts():
    assert gosource.scan('package main; import "C"').uses_c


def test_bare_text_keeps_every_offset():
    text = 'package main\n/* é "x" */ var a = "b\\"c" // d\nvar r = \'"\'\n'
    source = gosource.scan(text)
    assert len(source.bare) == len(text)
    assert source.bare.count("\n") == text.count("\n")
    assert "x" not in source.bare and "c" not in source.bare.split("\n")[1].split("=")[1]


def test_package_is_found_with_its_offset():
    source = gosource.scan("// package no\n\npackage  main\n")
    assert source.package == ("main", 24)


def test_functions_are_found_with_their_line_and_type_parameters():
    source = gosource.scan("package p\nfunc A() {}\nfunc B[T any](t T) {}\nfunc (t *T) C() {}\n")
    assert [(f.name, f.line, f.generic) for f in source.funcs] == [("A", 2, False), ("B", 3, True), ("C", 4, False)]


def test_quoted_includes_are_read():
    source = gosource.scan('package p\n/*\n#include "a.h"\n# include "b/c.h"\n#include <d.h>\n*/\nimport "C"\n')
    assert source.includes == ["a.h", "b/c.h"]


@given(TEXTS)
@example("")
@example("/* open")
@example('"open\n')
@example("import (")
def test_whatever_the_text_offsets_and_lines_stay(text):
    source = gosource.scan(text)
    assert len(source.bare) == len(text)
    assert [n for n, char in enumerate(source.bare) if char == "\n"] == [
        n for n, char in enumerate(text) if char == "\n"
    ]
    assert all(1 <= line <= text.count("\n") + 1 for line in source.imports.values())


@given(st.lists(st.from_regex(r"[a-z]+(/[a-z]+)?", fullmatch=True), unique=True, max_size=5), TEXTS)
def test_imports_are_found_whatever_comment_stands_above(paths, noise):
    comment = "// " + noise.replace("\n", " ").replace("\r", " ") + "\n"
    text = comment + "package main\n\nimport (\n" + "".join(f'\t"{path}"\n' for path in paths) + ")\n"
    assert list(gosource.scan(text).imports) == paths


LONG = ["// a comment\n", "/* a */", "//export F\n", 'import "a"\n', "import (\n", "func (\n", "func F() {}\n"]
LONG += ['"\\', "`", "'x", '#include "\n', "//go:embed a\n", "\t", "\\"]


@pytest.mark.parametrize("piece", LONG)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(piece):
    def seconds(length):
        text = piece * (length // len(piece))

        def work():
            source = gosource.scan(text)
            return source.includes, source.line_of(len(text))

        return linear.seconds(work)

    assert seconds(100_000) < 8 * seconds(25_000) + 0.02


def test_a_literal_that_is_not_closed_ends_with_its_line():
    source = gosource.scan('package main\nvar a = "x // y\nvar b = \'\n// c\nimport "C"\nvar d = `\n// e')
    assert [comment.text for comment in source.comments] == ["// c"]
    assert list(source.imports) == ["C"]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("func F() {}", ([], [])),
        ("func F(a, b int, c bool) (d uint8, ok bool) {}", (["int", "int", "bool"], ["uint8", "bool"])),
        ("func F(int, []map[string]bool) *C.char {}", (["int", "[]map[string]bool"], ["*C.char"])),
        (
            "func F(\n\ta func(x, y bool) (int, bool), // two\n\tb ...bool,\n) {\n}",
            (["func(x, y bool) (int, bool)", "...bool"], []),
        ),
        ("func F(a int", (["int"], [])),
        ("func G(a int) {}", ([], [])),
    ],
)
def test_the_types_of_a_function_are_those_that_are_written(text, types):
    assert gosource.signature(gosource.scan(text), "F") == types
