"""Embedded files are text: they meet neither the names of our own files nor the compiler."""

import ctypes
import os
import subprocess

import pytest

from gomagic.bind import plain
from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError
from gomagic.run import gotest
from gomagic.source import cell, line, magics

# Each would replace a file of ours, be compiled, or break the build, if it lay beside the cell.
NAMES = [
    *("cell.go", "shims.go", "crash.go", "include.go", "manifest.json", "go.mod", "go.work", "lib/main.go"),
    *("helper.go", "broken.go", "x.c", "x.s", "x.syso", "my.h", "cell_test.go", "a file.txt", "e[1].txt", ".hidden"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("it's (1)")
    (place / "lib").mkdir()
    (place / "sub").mkdir()
    for name in NAMES:
        (place / name).write_text(f"not Go: {name}\n")
    (place / "helper.go").write_text('package main\n\nimport "os"\n\nfunc init() { os.Exit(3) }\n')
    (place / "my.h").write_text("#define SIX 6\n")
    (place / "sub" / "x.txt").write_text("x")
    (place / "sub" / ".y").write_text("y")
    return place


NAMED = "cell.go shims.go manifest.json go.mod lib helper.go"
FILES = f"""
//go:embed {NAMED}
var named embed.FS

//go:embed *
var all embed.FS

//go:embed "a file.txt"
var text string

//go:embed sub
var sub embed.FS

//go:embed all:sub
var hidden embed.FS

func list(files embed.FS) string {{
	var names []string
	fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {{
		if !entry.IsDir() {{
			names = append(names, path)
		}}
		return err
	}})
	return strings.Join(names, "|")
}}

func shown() string {{
	body, err := named.ReadFile("cell.go")
	lines := []string{{string(body), text, fmt.Sprint(err), list(named), list(all), list(sub), list(hidden)}}
	return strings.Join(lines, "\\n")
}}
"""
IMPORTS = 'import (\n\t"embed"\n\t"fmt"\n\t"io/fs"\n\t"strings"\n)\n'
SHOWN = [
    "not Go: cell.go",
    "not Go: a file.txt",
    "<nil>",
    "cell.go|go.mod|helper.go|lib/main.go|manifest.json|shims.go",
    "|".join(sorted([*NAMES, "sub/x.txt"])),
    "sub/x.txt",
    "sub/.y|sub/x.txt",
]


def clean(text):
    return [line for line in text.splitlines() if line]


def test_in_a_plain_cell(folder):
    parsed = cell.parse("lib", f"{IMPORTS}{FILES}\nfunc Shown() string {{ return shown() }}\n")
    made = compiler.build(parsed, toolchain.find(), folder=folder)
    assert clean(plain.load(made.path, parsed, {}, {}).module.Shown()) == SHOWN


def test_in_a_cell_that_imports_c(folder):
    body = f'package main\n\n// #include "my.h"\nimport "C"\n{IMPORTS}{FILES}\n'
    body += "//export Shown\nfunc Shown() *C.char { return C.CString(shown()) }\n\n"
    body += "//export Six\nfunc Six() C.int { return C.SIX }\n\nfunc main() {}\n"
    library = ctypes.CDLL(str(compiler.build(cell.parse("lib", body), toolchain.find(), folder=folder).path))
    library.Shown.restype = ctypes.c_char_p
    assert clean(library.Shown().decode()) == SHOWN
    assert library.Six() == 6


def test_in_a_program(folder):
    body = f"package main\n\n{IMPORTS}{FILES}\nfunc main() {{ fmt.Println(shown()) }}\n"
    made = compiler.build_program(cell.parse("", body), toolchain.find(), folder=folder)
    assert clean(subprocess.run([made.path], capture_output=True, text=True, check=True).stdout) == SHOWN


def test_in_a_tested_cell(folder):
    tested = cell.parse("lib", f"{IMPORTS}{FILES}\nfunc Shown() string {{ return shown() }}\n")
    tests = cell.Cell(
        "test", 'func TestShown(t *testing.T) {\n\tif Shown()[:6] != "not Go" {\n\t\tt.Fail()\n\t}\n}\n', 2
    )
    report = gotest.run(tested, tests, line.read(magics.Gotest, "lib", "cell[2]"), toolchain.find(), folder=folder)
    assert repr(report) == "ok    TestShown\n1 passed, 0 failed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nowhere.txt", "pattern nowhere.txt: no matching files found"),
        ("*.nowhere", "pattern *.nowhere: no matching files found"),
        ('""', "pattern : invalid pattern syntax"),
        (".", "pattern .: invalid pattern syntax"),
        ("all:.", "pattern all:.: invalid pattern syntax"),
        ("../x", "pattern ../x: invalid pattern syntax"),
        ("*[", "pattern *[: invalid pattern syntax"),
        ('"', "invalid quoted string in //go:embed"),
    ],
)
def test_a_pattern_that_go_refuses_is_explained_on_its_line(tmp_path, words, said):
    body = (
        f'import "embed"\n\n//go:embed {words}\nvar files embed.FS\n\nfunc F() int {{ return len("{said[8:10]}") }}\n'
    )
    with pytest.raises(GoBuildError) as caught:
        compiler.build(cell.parse("lib", body, number=7), toolchain.find(), folder=tmp_path)
    assert said in str(caught.value)
    assert "cell[7]:4:" in str(caught.value)


def test_a_link_error_is_shown_where_the_build_is_repeated(tmp_path):
    """As it is for a cell with a start of its own, so that nothing is said of what the reader has not written."""
    (tmp_path / "x.txt").write_text("x")
    body = 'import _ "embed"\n\n//go:embed x.txt\nvar text string\n\nvar size int\n\n'
    body += "func init() { size = len(os.Args) }\n\n"
    chain = toolchain.find({**os.environ, "CGO_LDFLAGS": "-lnope"})
    with pytest.raises(GoBuildError, match="lnope"):
        compiler.build(cell.parse("lib", body + "func G() int { return size }\n"), chain, folder=tmp_path)


def test_a_start_that_uses_what_is_embedded_runs(tmp_path):
    (tmp_path / "x.txt").write_text("four")
    body = 'import _ "embed"\n\n//go:embed x.txt\nvar text string\n\nvar size = len([]byte(text)[1:])\n\n'
    parsed = cell.parse("lib", body + "func F() int { return size }\n")
    made = compiler.build(parsed, toolchain.find(), folder=tmp_path)
    assert plain.load(made.path, parsed, {}, {}).module.F() == 3


@pytest.mark.parametrize("name", ["proj (1)", "it's", 'a "quoted" $HOME,b;c'])
def test_a_quoted_header_is_found_whatever_its_folder_is_called(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "my.h").write_text("static inline int two(void) { return 2; }\n")
    body = 'package main\n\n// #include "my.h"\nimport "C"\n\n//export Two\nfunc Two() C.int { return C.two() }\n'
    made = compiler.build(cell.parse("lib", f"{body}\nfunc main() {{}}\n"), toolchain.find(), folder=tmp_path / name)
    assert ctypes.CDLL(str(made.path)).Two() == 2


def test_a_mistake_in_a_header_names_the_header(tmp_path):
    (tmp_path / "my.h").write_text("int two(void) { return tw; }\n")
    body = 'package main\n\n// #include "my.h"\nimport "C"\n\n//export Two\nfunc Two() C.int { return C.two() }\n'
    with pytest.raises(GoBuildError) as caught:
        compiler.build(cell.parse("lib", f"{body}\nfunc main() {{}}\n"), toolchain.find(), folder=tmp_path)
    assert "gomagic_headers" not in str(caught.value)
    assert "tw" in str(caught.value)
