from gomagic import gosource


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


def test_embeds_and_quoted_includes_are_read():
    source = gosource.scan(
        'package p\n/*\n#include "a.h"\n# include "b/c.h"\n#include <d.h>\n*/\nimport "C"\n//go:embed x.txt y/*\n'
    )
    assert source.includes == ["a.h", "b/c.h"]
    assert source.embeds == ["x.txt", "y/*"]


def test_text_that_is_not_go_is_no_error():
    for text in ("", "\x00", "/* open", '"open', "`open", "import (", "func", "//export"):
        gosource.scan(text)
