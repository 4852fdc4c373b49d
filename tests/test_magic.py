"""The magics through a real IPython shell."""

import ctypes
import json
import os
import re
import subprocess
import sys

import pytest

from gomagic.bind import crash
from gomagic.build import cache
from gomagic.errors import GoBuildError, GoRunError

COUNTER = """%%go counter
package main

import "C"

var count C.int

//export Next
func Next() C.int {
	count++
	return count
}

func main() {}
"""


def test_a_cell_binds_its_library_and_prints_nothing(shell, add):
    ran = shell(f"%%go lib\n{add}")
    assert (ran.error, ran.out) == (None, "")
    assert isinstance(shell.names["lib"], ctypes.CDLL)
    assert shell("lib.Add(2, 3)").result == 5


def test_an_unchanged_cell_keeps_its_library_and_its_go_variables(shell):
    shell(COUNTER)
    first = shell.names["counter"]
    assert shell("counter.Next(), counter.Next()").result == (1, 2)
    shell(COUNTER)
    assert shell.names["counter"] is first
    assert shell("counter.Next()").result == 3


def test_force_starts_the_go_variables_anew(shell):
    anew = COUNTER.replace("counter", "anew").replace("count", "calls")  # a text that no other test has run
    shell(anew)
    shell("anew.Next()")
    shell(anew.replace("%%go anew", "%%go anew -f"))
    assert shell("anew.Next()").result == 1
    shell(anew)
    assert shell("anew.Next()").result == 2


def test_an_edited_cell_is_new_and_the_old_library_still_answers(shell, add):
    shell(f"%%go lib\n{add}")
    old = shell.names["lib"]
    shell(f"%%go lib\n{add.replace('a + b', 'a * b')}")
    assert shell.names["lib"].Add(4, 5) == 20
    assert old.Add(4, 5) == 9


def test_a_failed_build_shows_the_line_and_no_traceback(shell, add):
    shell(f"%%go lib\n{add}")
    ran = shell(f"%%go lib\n{add.replace('a + b', 'a + c')}")
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:7:41"
    assert "undefined: c" in ran.out
    assert "Traceback" not in ran.out and ".py" not in ran.out
    assert shell("lib.Add(1, 1)").result == 2  # the one before stays


def test_lines_count_blank_lines_above_the_magic(shell, add):
    ran = shell(f"\n\n%%go lib\n{add.replace('a + b', 'a + c')}")
    assert ran.error.where == f"cell[{ran.number}]:9:41"
    ran = shell('\n\n%%go lib\npackage main\n/*\nint f() { return y; }\n*/\nimport "C"\n\nfunc main() {}\n')
    assert ran.error.where == f"cell[{ran.number}]:6:18"


@pytest.mark.parametrize("history", [True, False], ids=["jupyter", "nbval"])
def test_a_cell_has_its_place_for_a_number_with_and_without_a_history(history):
    script = f"""
from IPython.core.interactiveshell import InteractiveShell
for cell in ("%load_ext gomagic", "1 + 1", "%%go\\nvar X = y"):
    InteractiveShell.instance().run_cell(cell, store_history={history})
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert "GoBuildError: cell[3] does not compile" in ended.stdout


def test_the_number_is_that_of_the_latest_run(shell, add):
    wrong = f"%%go lib\n{add.replace('a + b', 'a + c')}"
    first, second = shell(wrong), shell(wrong)
    assert second.error.where == f"cell[{second.number}]:7:41"
    assert second.number == first.number + 1


def test_expected_errors_are_shown_and_do_not_fail(shell, add):
    ran = shell(f"%%go lib --expect-error\n{add.replace('a + b', 'a + c')}")
    assert ran.error is None
    assert ran.out.startswith(f"GoBuildError: cell[{ran.number}] does not compile\n")


@pytest.mark.parametrize(
    ("line", "body", "words"),
    [
        ("lib --flags -race --expect-error", "", "GoBuildError: cell[0]: `-race` does not work in a library\n  note: "),
        (
            "lib --expect-error --flags -race",
            "func F() {}",
            "GoBuildError: cell[0]: `-race` does not work in a library\n",
        ),
        ("lib --expect-error --fast", "", "GoBuildError: cell[0]: unknown option `--fast`"),
        ("class --expect-error", "", "GoBuildError: cell[0]: `class` cannot be a Python name"),
        ("--expect-error", 'import "C"', 'GoBuildError: cell[0]: a cell with `import "C"` needs a name'),
        ("--expect-error", "", "GoBuildError: cell[0] is empty\n"),
        ("lib --expect-error", 'func init() { panic("no") }', "GoPanic: no\n  cell[0]:2, in init\n"),
    ],
)
def test_whatever_is_wrong_with_a_cell_is_an_expected_error(shell, line, body, words):
    ran = shell(f"%%go {line}\n{body}\n")
    assert ran.error is None
    assert words in ran.out.replace(f"cell[{ran.number}]", "cell[0]")


def test_the_words_of_a_flag_ask_for_no_error(shell):
    ran = shell("%%go lib --flags '-ldflags=\"--expect-error\" -race'\nfunc F() {}\n")
    assert "`-race` does not work in a library" in str(ran.error)


def test_an_expected_error_that_does_not_come_fails(shell, add):
    ran = shell(f"%%go lib --expect-error\n{add}")
    assert "compiles, and `--expect-error` says that it does not" in str(ran.error)


def test_verbose_shows_command_and_time_or_that_nothing_changed(shell, add):
    body = f"{add}// verbose\n"
    said = shell(f"%%go lib -v -f\n{body}").out
    assert " build -buildmode=c-shared " in said and "built in " in said
    said = shell(f"%%go lib -v\n{body}// again\n").out
    assert "/cgo -objdir " in said and "/link -o " in said and "built in " in said
    shell(f"%%go lib -v\n{body}")
    assert shell(f"%%go lib -v\n{body}").out.startswith("unchanged: ")


def test_save_keeps_the_three_files(shell, add, tmp_path):
    folder = tmp_path / "my öutput"
    shell(f'%%go lib --save "{folder}"\n{add}')
    shell(f'%%go lib -f --save "{folder}"\n{add}')
    assert sorted(file.name for file in folder.iterdir()) == ["lib.go", "lib.h", "lib.so"]
    assert (folder / "lib.go").read_text() == add
    assert "extern int Add(int a, int b);" in (folder / "lib.h").read_text()
    assert ctypes.CDLL(str(folder / "lib.so")).Add(1, 2) == 3


def test_what_save_writes_go_builds_by_hand(shell, add, tmp_path):
    shell(f"%%go lib --save {tmp_path}\n{add}")
    command = ["go", "build", "-buildmode=c-shared", "-o", "byhand.so", "lib.go"]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "GOTOOLCHAIN": "local"})
    assert ctypes.CDLL(str(tmp_path / "byhand.so")).Add(1, 2) == 3


def test_save_to_an_impossible_folder_says_so(shell, add):
    assert "cannot save to `/proc/nowhere`" in str(shell(f"%%go lib --save /proc/nowhere\n{add}").error)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('%%go\npackage main\nimport "C"', 'a cell with `import "C"` needs a name'),
        ("%%go lib --nosuch\nx", "unknown option `--nosuch`"),
        ("%%go lib\nfunc Add(a, b C.int) C.int { return a + b }", '`C.int` needs `import "C"` in the same cell'),
        ("%%isolated nobody\n1", "no Go cell named `nobody` is built"),
        ("%%isolated --timeout x\n1", "`--timeout` cannot be `x`"),
        ("%%check\n1", "the name of a Go cell is missing"),
        ("%go", "%go needs a command"),
        ("%go docter", "did you mean `%go doctor`?"),
        ("%go frobnicate", "it knows clean, doctor, env, get, header, libs, postmortem, profile, progress, source"),
        ("%go header", "write `%go header NAME`"),
        ("%go symbols", "%go: `symbols` needs the name of a Go cell"),
        ("%go version 2", "write `%go version`"),
        ("%go header nobody", "no Go cell named `nobody` is built"),
    ],
)
def test_wrong_use_fails_the_cell_with_a_message_of_ours(shell, cell, words):
    ran = shell(cell)
    assert isinstance(ran.error, GoBuildError)
    assert words in str(ran.error)
    assert "Traceback" not in ran.out and ".py" not in ran.out


def test_a_program_shows_its_output_and_takes_arguments(shell):
    body = 'package main\n\nimport ("fmt"; "os")\n\nfunc main() { fmt.Println(os.Args[1:], len(os.Args)) }'
    ran = shell(f'%%gorun one "two three"\n{body}')
    assert (ran.error, ran.out) == (None, "[one two three] 3\n")


def test_a_named_program_is_a_function_in_the_kernel_in_a_check_and_in_a_child(shell):
    body = 'package main\n\nimport ("fmt"; "os")\n\nfunc main() { fmt.Println(os.Args[1:], len(os.Args)) }'
    assert shell(f"%%gorun --name words one\n{body}").out == "[one] 2\n"
    assert shell('words("one", "two")').result == "[one two] 3\n"
    assert shell('%%check words\nassert words("a", "b c") == "[a b c] 3\\n"').out == "passed\n"
    assert shell('%%isolated words\nprint(words(), end="")').out == "[] 1\n[child process: exit code 0]\n"


def test_a_named_program_that_fails_is_told_in_one_line(shell):
    body = (
        'package main\n\nimport ("fmt"; "os")\n\nfunc main() { if len(os.Args) > 1 { fmt.Println("no"); os.Exit(1) } }'
    )
    shell(f"%%gorun --name refuse\n{body}")
    assert shell('%%check refuse\nrefuse("x")').out == (
        "not yet: GoRunError: `refuse` ended: exit code 1, and said: no\n"
    )


def test_the_latest_cell_of_a_name_counts(shell):
    program = 'package main\n\nfunc main() { print("program") }'
    shell(CRASH.replace("crash", "twofold"))
    shell(f"%%gorun --name twofold\n{program}")
    assert shell('%%check twofold\nassert twofold() == "program"').out == "passed\n"
    shell(f"%%gorun --name twofold\n{program} }}")
    assert shell("%%check twofold\ntwofold()").out == "not yet: the Go cell `twofold` does not compile\n"
    shell(CRASH.replace("crash", "twofold"))
    assert shell("%%check twofold\ntwofold._name").out == "passed\n"


STATEMENTS = """%%gorun 7
type point struct{ X, Y int }

func (p point) sum() int { return p.X + p.Y + base }

p := point{3, 4}
var base, word = 10, strings.Repeat("ab", 2)
log.SetFlags(log.Lshortfile)
options := &slog.HandlerOptions{AddSource: true}
log.Print(p.sum(), word, os.Args[1:]); slog.New(slog.NewJSONHandler(os.Stdout, options)).Warn("w")
_, file, line, _ := runtime.Caller(0)
fmt.Println(file, line)
panic("end")
"""


def test_a_program_of_statements_needs_no_package_main_or_imports(shell):
    ran = shell(STATEMENTS)
    label = f"cell[{ran.number}]"
    said = re.sub('"time":"[^"]+",', "", ran.out).splitlines()
    assert said[0] == f"{label}:10: 17abab[7]"
    assert f'"file":"{label}","line":10' in said[1]
    assert said[2:7] == [f"{label} 11", "panic: end", "", "goroutine 1 [running]:", "main.main()"]
    assert said[7].startswith(f"\t{label}:13 ")
    assert isinstance(ran.error, GoRunError)


def test_declarations_with_a_main_need_no_package_line(shell):
    ran = shell('%%gorun --name shout\nfunc main() { log.SetFlags(log.Llongfile); log.Print(strings.ToUpper("hi")) }')
    assert (ran.error, ran.out) == (None, f"cell[{ran.number}]:2: HI\n")
    assert shell("shout()").result == ran.out


def test_mistakes_in_statements_are_shown_where_they_stand(shell):
    ran = shell("%%gorun\nx := 5\nfunc twice() int { return 2 * x }\n\nfmt.Println(twice())")
    assert ran.error.where == f"cell[{ran.number}]:3:31"
    [cure] = re.findall(r"write `(var x = )…` in place of `x := …`", str(ran.error))
    assert shell(f"%%gorun\n{cure}5\nfunc twice() int {{ return 2 * x }}\n\nfmt.Println(twice())").out == "10\n"
    ran = shell('%%gorun\n\nfmt.Println("a",\n  "b"\n')
    assert ran.error.where == f"cell[{ran.number}]:4:6"
    ran = shell("%%gorun\nfunc f() {}")
    [cure] = re.findall("hint: write below the declarations .* as in `(.+)`", str(ran.error))
    assert ran.error.where == f"cell[{ran.number}]:2:1"
    assert shell(f"%%gorun\nfunc f() {{}}\n{cure}").out == "3\n"


def test_a_program_that_fails_fails_the_cell_with_its_status(shell):
    ran = shell('%%gorun\npackage main\n\nimport "os"\n\nfunc main() { os.Exit(3) }')
    assert isinstance(ran.error, GoRunError)
    assert ran.error.code == 3
    assert f"cell[{ran.number}] ended: exit code 3" in ran.out


def test_a_panic_in_a_program_names_the_cell(shell):
    ran = shell("%%gorun\npackage main\n\nfunc main() {\n\tpanic(1)\n}")
    assert f"cell[{ran.number}]:5" in ran.out
    assert "/gomagic/" not in ran.out


def test_a_program_runs_in_the_kernels_folder(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shell('%%gorun\npackage main\n\nimport "os"\n\nfunc main() { os.WriteFile("here", nil, 0o644) }')
    assert (tmp_path / "here").exists()


CRASH = """%%go crash
package main

import "C"

//export Pick
func Pick(n C.int) C.int {
	return []C.int{1, 2, 3}[n]
}

func main() {}
"""


def test_isolated_shows_a_panic_on_the_cells_line(shell):
    built = shell(CRASH)
    ran = shell("%%isolated crash\ncrash.Pick(3)")
    assert ran.error is None
    assert ran.out == (
        "panic: runtime error: index out of range [3] with length 3\n"
        f"  cell[{built.number}]:8, in Pick\n"
        "[child process: killed by SIGABRT]\n"
    )


def test_isolated_errors_count_the_cells_lines(shell):
    ran = shell("\n%%isolated\n\n1 / 0")
    assert f'File "cell[{ran.number}]", line 4' in ran.out


def test_check_prints_one_line_and_never_raises(shell):
    assert shell("%%check unheard\nassert True").out == "not yet: run the cell `unheard` first\n"
    shell(CRASH)
    assert shell("%%check crash\nassert crash.Pick(2) == 3").out == "passed\n"
    assert shell("%%check crash\nassert crash.Pick(9) == 3").out == "not yet: the process died\n"
    shell(CRASH.replace("C.int{1", "C.int{x"))
    assert shell("%%check crash\nassert crash.Pick(2) == 3").out == "not yet: the Go cell `crash` does not compile\n"
    shell(CRASH)
    assert shell("%%check crash\nassert crash.Pick(2) == 3").out == "passed\n"


def test_version_env_and_libs_speak_of_this_kernel(shell, add):
    shell(f"%%go lib\n{add}")
    assert shell("%go version").out.startswith("gomagic 0.")
    assert f"gomagic cache  {cache.root()}" in shell("%go env").out
    assert "MiB  lib (cell[" in shell("%go libs").out


def test_header_is_printed(shell, add):
    shell(f"%%go lib\n{add}")
    assert "extern int Add(int a, int b);" in shell("%go header lib").out


def test_help_explains_the_options(shell):
    shown = shell.ipython.inspector.info(shell.ipython.find_cell_magic("go"), "%%go")["docstring"]
    for word in ("NAME", "-v", "-f", "--flags", "--expect-error", "--save"):
        assert word in shown


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%go do", "doctor"),
        ("%go ", "version"),
        ("%go header li", "lib"),
        ("%%go lib --exp", "--expect-error"),
        ("%%check li", "lib"),
        ("%%isolated li", "lib"),
    ],
)
def test_tab_offers_what_may_follow(shell, add, typed, offered):
    shell(f"%%go lib\n{add}")
    completer = shell.ipython.Completer
    if hasattr(completer, "completions"):
        from IPython.core.completer import provisionalcompleter

        with provisionalcompleter():
            texts = [c.text for c in completer.completions(typed, len(typed))]
    assert offered in texts


def test_a_deleted_cache_does_not_disturb_the_kernel(shell, add):
    import shutil

    shell(f"%%go lib\n{add}")
    shutil.rmtree(cache.root())
    assert shell("lib.Add(1, 2)").result == 3
    assert shell(f"%%go lib\n{add}").error is None
    assert shell("lib.Add(1, 2)").result == 3


def test_after_clean_what_needs_the_files_says_to_run_the_cell_again(shell):
    cells = [
        "%%go kept\nfunc F(x int) int { return x + 1 }\n",
        '%%gorun --name tool\npackage main\n\nfunc main() { print("hi") }\n',
    ]
    for text in cells:
        shell(text)
    shell("%go clean")
    assert shell("kept.F(1)").result == 2
    for ask in ("%%isolated kept\nkept.F(1)", "%%isolated tool\ntool()", "%go source kept", "tool()"):
        ran = shell(ask)
        assert isinstance(ran.error, GoBuildError | GoRunError), ask
        assert "is no longer in the cache\n  hint: run its cell again" in str(ran.error), ask
    for name in ("kept", "tool"):
        said = f"not yet: run the Go cell `{name}` again, which is no longer in the cache\n"
        assert shell(f"%%check {name}\nassert True").out == said
    for text in cells:
        assert shell(text).error is None
    assert shell("%%isolated kept tool\nkept.F(1), tool()").out.startswith("(2, 'hi')")
    assert "func" in shell("%go source kept").out


def test_clean_frees_and_loaded_libraries_stay(shell, add):
    shell(f"%%go lib\n{add}")
    assert shell("%go clean").out.startswith("freed ")
    assert shell("lib.Add(1, 2)").result == 3
    assert "cleaned" in shell("%go libs").out


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%go", "is empty"),
        ("%%go lib", "is empty"),
        ("%%gorun", "there is nothing to run"),
        ("%%gorun --name", "`--name` needs a value"),
        ("%%gorun --name for x\n", "`for` cannot be a Python name"),
        ("%%check", "the name of a Go cell is missing"),
    ],
)
def test_a_cell_without_a_body_is_explained(shell, cell, words):
    error = shell(cell).error
    assert isinstance(error, GoBuildError)
    assert words in str(error)


def test_outputs_are_json_clean(shell, add):
    json.dumps(shell(f"%%go lib\n{add.replace('a + b', 'ä + ö')}").error.__str__())


def test_symbols_tells_what_ctypes_needs(shell, add):
    shell(f"%%go lib\n{add}")
    assert shell("%go symbols lib").out == (
        "int Add(int a, int b)\n    lib.Add.argtypes = [c_int, c_int]\n    lib.Add.restype = c_int\n"
    )


def test_symbols_declares_the_structure_of_several_results(shell):
    results = "//export Two\nfunc Two() (a, b C.int) { return 1, 2 }"
    shell(f'%%go lib\npackage main\n\nimport "C"\n\n{results}\n\nfunc main() {{}}')
    declared = shell("%go symbols lib").out.splitlines()
    names = {**vars(ctypes), **shell.names}
    exec("\n".join(line.strip() for line in declared[1:]), names)
    two = names["lib"].Two()
    assert (two.a, two.b) == (1, 2)


def test_a_dead_kernels_trace_is_shown_with_its_cells(shell, tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("GOMAGIC_CACHE", str(tmp_path))  # where no other test's process has died
    folder = crash.file().parent
    trace = "panic: adieu\n\ngoroutine 1 [running]:\ngomagic/cell.Die()\n\t/gomagic/abc:7 +0x1\n"
    (folder / "999999999.txt").write_text(trace)
    (folder / "999999999.json").write_text('{"/gomagic/abc": "cell[4]"}')
    out = shell("%go postmortem").out
    assert out.startswith("a kernel died on ")
    assert out.endswith(":\npanic: adieu\n  cell[4]:7, in Die\n")
    for file in folder.glob("999999999.*"):
        file.unlink()
    assert shell("%go postmortem").out == "no kernel has died with a Go trace\n"


def test_two_names_for_the_same_text_are_two_cells_and_each_starts_anew_by_itself(shell):
    text = "var n int\n\nfunc Next() int { n++; return n }\n"
    for name in ("first", "second"):
        assert shell(f"%%go {name}\n{text}").error is None
    assert shell("first.Next(), first.Next(), second.Next()").result == (1, 2, 1)
    shell(f"%%go first -f\n{text}")
    shell(f"%%go second\n{text}")
    assert shell("first.Next(), second.Next()").result == (1, 2)
    shell(f"%%go first\n{text}")
    assert shell("first.Next(), second.Next()").result == (2, 3)
    libraries = shell("%go libs").out
    assert ("first (cell[" in libraries, "second (cell[" in libraries) == (True, True)


def test_a_python_exercise_is_checked_with_the_go_cells_it_names(shell, tmp_path, monkeypatch):
    from gomagic.notebook import progress

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_passed", set())
    (tmp_path / "course.ipynb").write_text('{"cells": [{"cell_type": "code", "source": ["%%check wrapped"]}]}')
    check = "%%check wrapped\nassert twice(4) == 8, f'twice(4) is {twice(4)}'"
    assert shell(check).out == "not yet: run the cell `wrapped` first\n"
    unbuilt = shell("%%isolated lone --name wrapped\ntwice = lone.Twice")
    assert "no Go cell named `lone` is built" in str(unbuilt.error)
    assert shell(check).out == "not yet: run the cell `lone` first\n"
    shell("%%go lone\nfunc Twice(n int) int { return 2 * n }")
    assert shell(check).out == "passed\n"
    ran = shell("%%isolated lone --name wrapped\ntwice = lambda n: lone.Twice(n + 1)\ntwice(4)")
    assert ran.out == "10\n[child process: exit code 0]\n"
    assert shell(check).out == "not yet: twice(4) is 10\n"
    assert shell("%go progress").out == "course  1 of 1\n1 of 1 exercises passed\n"
    shell("%%go wrapped\nfunc Twice(n int) int { return 2 * n }")  # the name is the Go cell's from now on
    assert shell("%%check wrapped\nassert wrapped.Twice(4) == 8").out == "passed\n"
