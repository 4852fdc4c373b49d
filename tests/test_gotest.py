"""`%%gotest` through a real IPython shell."""

import re
import signal
import threading
import time

import pytest

from gomagic.errors import GoBuildError, GoRunError

STATS = """%%go stats
package main

import "C"

//export Add
func Add(a, b C.int) C.int { return a + b }

func twice(n int) int { return 2 * n }

func main() {}
"""


@pytest.fixture
def test(shell):
    assert shell(STATS).error is None
    return lambda body, options="": shell(f"%%gotest stats {options}\n{body}")


def a_test(name, *lines):
    return "\n".join([f"func Test{name}(t *testing.T) {{", *(f"\t{line}" for line in lines), "}", ""])


def test_tests_that_pass_are_listed(test):
    ran = test(a_test("Add", "if Add(1, 2) != 3 {", '\tt.Error("wrong")', "}") + a_test("Twice", "_ = twice(2)"))
    assert (ran.error, ran.out) == (None, "ok    TestAdd\nok    TestTwice\n2 passed, 0 failed\n")


def test_a_failure_fails_the_cell_on_its_line(test):
    ran = test(a_test("Twice", "if got := twice(2); got != 5 {", '\tt.Errorf("twice(2) = %d, want 5", got)', "}"))
    assert isinstance(ran.error, GoRunError)
    assert ran.error.code == 1
    assert ran.out.startswith(
        f"FAIL  TestTwice\n      cell[{ran.number}]:4: twice(2) = 4, want 5\n0 passed, 1 failed\nGoRunError: "
    )


def test_a_panic_is_cut_down_to_the_readers_lines(test):
    ran = test(a_test("Panics", "var xs []int", "_ = xs[twice(1)]"))
    assert "panic: runtime error: index out of range [2] with length 0" in ran.out
    assert f"cell[{ran.number}]:4, in TestPanics" in ran.out
    assert ".go:" not in ran.out


def test_only_the_named_tests_run(test):
    ran = test(a_test("One") + a_test("Two"), "-run One -v")
    assert ran.out == "ok    TestOne  (0.00 s)\n1 passed, 0 failed\n"


def test_a_skipped_test_says_why(test):
    ran = test(a_test("Later", 't.Skip("no data yet")'))
    assert f"skip  TestLater\n      cell[{ran.number}]:3: no data yet\n0 passed, 0 failed, 1 skipped\n" in ran.out


def test_subtests_and_examples_are_listed(test):
    body = 'package main\n\nimport (\n\t"fmt"\n\t"testing"\n)\n\n'
    body += a_test("All", 't.Run("small", func(t *testing.T) {})')
    body += 'func Example_hi() {\n\tfmt.Println("hi")\n\t// Output: hi\n}\n'
    assert test(body).out == "ok    TestAll\nok    TestAll/small\nok    Example_hi\n3 passed, 0 failed\n"


def test_missing_imports_of_the_standard_library_are_added(test):
    body = a_test(
        "Words", "got := strings.ToUpper(fmt.Sprint(twice(2)))", 'if !slices.Equal([]string{got}, []string{"4"}) {'
    )
    body = body.replace("{\n}\n", '{\n\t\tt.Error(rand.Intn(3), errors.New("no"))\n\t}\n}\n')
    ran = test(body)
    assert (ran.error, ran.out) == (None, "ok    TestWords\n1 passed, 0 failed\n")


def test_missing_imports_are_added_beside_a_package_line_and_imports(test):
    body = 'package main; import "testing" // its own\n\nimport text "strings"\n\n'
    body += a_test("Own", 't.Log(text.ToUpper("a"), strconv.Itoa(twice(1)), html.EscapeString("x"))', "t.Fail()")
    ran = test(body)
    assert ran.out.startswith(f"FAIL  TestOwn\n      cell[{ran.number}]:7: A 2 x\n0 passed, 1 failed\n")


def test_what_the_tested_cell_declares_is_no_package(shell):
    shell(
        "%%go stats\ntype box struct{ Len int }\n\nvar list, heap = box{3}, box{4}\n\nfunc sort() box { return list }\n"
    )
    ran = shell(f"%%gotest stats\n{a_test('Own', 'var bytes box', 't.Log(list.Len, heap.Len, bytes.Len, sort().Len)')}")
    assert (ran.error, ran.out) == (None, "ok    TestOwn\n1 passed, 0 failed\n")


def test_added_imports_move_no_line(test):
    ran = test(a_test("Wrong", "_ = strings.Uper(twice)"))
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:3:14"


def test_text_that_is_not_go_is_explained_as_ever(test):
    ran = test("func TestOdd(t *testing.T) { fmt.Println( }\n")
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where.startswith(f"cell[{ran.number}]:2:")


def test_benchmarks_are_measured(test):
    body = "func BenchmarkTwice(b *testing.B) {\n\tfor b.Loop() {\n\t\ttwice(2)\n\t}\n}\n"
    out = test(body, "--bench Twice").out
    assert out.startswith("ok    BenchmarkTwice\n") and " ns/op" in out


def test_a_benchmark_is_measured_against_its_last_run(shell):
    tested = shell("%%go slow\nfunc Slow() int { time.Sleep(2 * time.Millisecond); return 1 }").number
    body = "func BenchmarkSlow(b *testing.B) {\n\tfor b.Loop() {\n\t\tSlow()\n\t}\n}\n"
    first = shell(f"%%gotest slow --bench .\n{body}")
    assert " (6 runs)" in first.out and "against" not in first.out
    faster = shell("%%go slow\nfunc Slow() int { return 1 }").number
    second = shell(f"%%gotest slow --bench .\n{body}")
    change = rf"−\d+\.\d% against .* ns/op.* in cell\[{tested}\] by cell\[{first.number}\] \(p=0.002\)"
    assert re.search(change, second.out)
    assert faster > tested


def test_external_tests_test_the_cell_and_what_is_on_the_disk_only_where_it_is_another(shell, tmp_path, monkeypatch):
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    for name, text in [
        ("mean", 'package mean\n\nfunc Of() string { return "disk" }\n'),
        ("user", 'package user\n\nimport "example.com/m/mean"\n\nfunc Of() string { return mean.Of() }\n'),
    ]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "code.go").write_text(text)
    (tmp_path / "mean" / "data.txt").write_text("data")
    monkeypatch.chdir(tmp_path)
    shell('%%go mean\nfunc Of() string { return strings.ToUpper("cell") }\nfunc other() {}')
    body = """package mean_test

import (
	"testing"
	own "example.com/m/mean"
	"example.com/m/user"
)

func TestOf(t *testing.T) {
	if own.Of() != "CELL" || user.Of() != "CELL" {
		t.Error(own.Of(), user.Of())
	}
	if data, err := os.ReadFile("data.txt"); string(data) != "data" {
		t.Error(err)
	}
}
"""
    ran = shell(f"%%gotest mean\n{body}")
    assert (ran.error, ran.out) == (None, "ok    TestOf\n1 passed, 0 failed\n")
    ran = shell(
        "%%gotest mean --cover\n"
        + a_test("Of", "t.Error(mean.Of())").replace("func", 'package mean_test\nimport "cells/mean"\nfunc', 1)
    )
    assert f"FAIL  TestOf\n      cell[{ran.number}]:5: CELL\n" in ran.out
    assert (
        "50% of its statements are covered" not in ran.out and "100% of its statements are covered, 1 of 1" in ran.out
    )
    ran = shell("%%gotest mean\npackage mean_test\n" + a_test("Of"))
    [line] = re.findall("hint: add `(import .*)`, or", str(ran.error))
    ran = shell(f"%%gotest mean\npackage mean_test\n{line}\n" + a_test("Of", "mean.Of()"))
    assert ran.error is None
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "code.go",
        "code.go",
        "data.txt",
        "go.mod",
    ]


def test_covered_lines_are_marked(test, shell):
    tested = shell("%%go half\nfunc Half(n int) int {\n\tif n < 0 {\n\t\tpanic(n)\n\t}\n\treturn n / 2\n}").number
    ran = shell("%%gotest half --cover\n" + a_test("Half", "_ = Half(2)"))
    assert ran.out == (
        f"ok    TestHalf\n1 passed, 0 failed\ncell[{tested}]: 67% of its statements are covered, 2 of 3\n"
        f"\N{MINUS SIGN} cell[{tested}]:4  \t\tpanic(n)\n"
    )


def test_a_data_race_shows_the_readers_lines(test):
    body = a_test("Race", "n, done := 0, make(chan bool)", "go func() { n++; done <- true }()", "n++", "<-done")
    ran = test(body, "--race")
    assert "WARNING: DATA RACE" in ran.out
    assert f"cell[{ran.number}]:4, in TestRace.func1" in ran.out
    assert f"cell[{ran.number}]:5, in TestRace\n" in ran.out
    assert "testing.go" not in ran.out


def test_a_seed_of_a_fuzz_test_runs(test):
    body = "func FuzzTwice(f *testing.F) {\n\tf.Add(3)\n\tf.Fuzz(func(t *testing.T, n int) { twice(n) })\n}\n"
    assert test(body).out.startswith("ok    FuzzTwice\n")


def test_a_test_that_does_not_compile_names_its_line(test):
    ran = test(a_test("Thrice", "_ = thrice(2)"))
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:3:6"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nobody", "no Go cell named `nobody` is built"),
        ("", "the name of a Go cell is missing"),
        ("stats more", "one name is enough, `more` is left over"),
        ("stats --fast", "unknown option `--fast`"),
        ("stats -run", "`-run` needs a value"),
        ("stats --timeout soon", "`--timeout` cannot be `soon`"),
        ("stats -run (", "the pattern `(` does not work: missing closing ): `(`"),
        ("stats -run Y", "no test matches `Y`\n  note: the cell holds `TestX`"),
        ("stats --bench Y", "no benchmark matches `Y`\n  note: the cell holds no benchmarks"),
    ],
)
def test_wrong_use_fails_the_cell_with_a_message_of_ours(shell, line, words):
    shell(STATS)
    error = shell(f"%%gotest {line}\nfunc TestX(t *testing.T) {{}}").error
    assert isinstance(error, GoBuildError)
    assert words in str(error)


def test_a_cell_without_tests_is_explained(test):
    ran = test("func helper() {}\n")
    assert "holds no tests" in str(ran.error)


def test_benchmarks_that_nobody_asked_for_are_pointed_out(test):
    ran = test("func BenchmarkTwice(b *testing.B) {}\n")
    assert "holds nothing to test" in str(ran.error)
    assert "hint: write `%%gotest stats --bench .`" in str(ran.error)


def test_a_name_that_the_tested_cell_has_already_is_found_in_the_tests(test, shell):
    tested = shell(STATS).number
    ran = test("func twice(n int) int { return n }\n" + a_test("Twice", "_ = twice(2)"))
    assert str(ran.error).splitlines()[1] == f"  cell[{ran.number}]:2:6: `twice` stands in cell[{tested}]:9 already"
    assert "/gomagic/" not in str(ran.error)


def test_tests_cannot_import_c(test):
    ran = test('import "C"\nimport "testing"\n' + a_test("Add"))
    assert 'imports "C", and Go\'s tests cannot' in str(ran.error)


def test_a_test_that_waits_for_ever_is_ended_and_shown_where_it_waits(test):
    ran = test(a_test("Waits", "select {}") + a_test("Twice", "_ = twice(2)"), "--timeout 1")
    assert isinstance(ran.error, GoRunError)
    assert ran.out.startswith(
        "FAIL  TestWaits\n      panic: test timed out after 1s\n"
        f"      cell[{ran.number}]:3, in TestWaits\n"
        "      the process ended here, and no further test ran\n0 passed, 1 failed\n"
    )


@pytest.mark.parametrize("end", ["os.Exit(3)", "go func() { panic(1) }(); select {}"])
def test_a_test_that_ends_the_process_is_named(test, end):
    ran = test('import (\n\t"os"\n\t"testing"\n)\n\nvar _ = os.Exit\n' + a_test("Ends", end) + a_test("Other"))
    assert "      the process ended here, and no further test ran\n0 passed, 1 failed\n" in ran.out


READERS = [
    "ok then",
    "FAILURE",
    "  PASS",
    "PASS",
    "cpu: mine",
    "goos: mine",
    "exit status 3",
    "FAIL\tx\t1s",
    "=== RUN   TestMine",
]
READERS += ["--- PASS: TestMine (0.00s)", "=== RUN   TestPrints", "panic: mine", "fatal error: mine 0xff m=3", "===="]


def test_what_a_test_itself_prints_stays_whatever_it_looks_like(test):
    printed = "\n".join(READERS)
    ran = test('import (\n\t"fmt"\n\t"testing"\n)\n\n' + a_test("Prints", f"fmt.Println(`{printed}`)", 't.Error("no")'))
    shown = "".join(f"      {line}\n" for line in READERS)
    lines = ran.out.split("GoRunError")[0].splitlines(keepends=True)
    assert "".join(line for line in lines if "]:" not in line) == f"FAIL  TestPrints\n{shown}0 passed, 1 failed\n"
    assert lines[-2].endswith(": no\n")


def test_what_test_main_prints_is_shown_where_the_process_ends_badly(test):
    main = 'func TestMain(m *testing.M) {\n\tfmt.Println("ok main\\nPASS")\n'
    main += '\tm.Run()\n\tfmt.Println("cpu: mine")\n\tos.Exit(3)\n}\n'
    ran = test('import (\n\t"fmt"\n\t"os"\n\t"testing"\n)\n\n' + main + a_test("Add"))
    assert ran.out.startswith("ok    TestAdd\n1 passed, 0 failed\nok main\nPASS\ncpu: mine\n")


def test_a_panic_after_prints_that_look_like_one_is_still_cut_down(test):
    ran = test('import (\n\t"fmt"\n\t"testing"\n)\n\n' + a_test("Panics", 'fmt.Println("panic: 0xff")', "panic(7)"))
    assert ran.out.startswith(
        "FAIL  TestPanics\n      panic: 0xff\n      panic: 7 [recovered, repanicked]\n"
        f"      cell[{ran.number}]:9, in TestPanics\n"
        "      the process ended here"
    )


def test_benchmarks_with_parts_and_prints_are_listed_once(test):
    body = 'func BenchmarkAll(b *testing.B) {\n\tb.Run("x-1", func(b *testing.B) {\n'
    body += '\t\tb.Log("mine")\n\t\ttwice(b.N)\n\t})\n}\n'
    lines = test(body, "--bench . --timeout 30").out.splitlines()
    assert (lines[0], lines[-1]) == ("ok    BenchmarkAll/x-1", "1 passed, 0 failed")
    assert lines[1].endswith(": mine") and " ns/op" in lines[-2]


def test_a_benchmark_that_fails_fails_the_cell(test):
    ran = test('func BenchmarkBad(b *testing.B) { b.Error("bad") }\n', "--bench .")
    assert ran.out.startswith(f"FAIL  BenchmarkBad\n      cell[{ran.number}]:2: bad\n0 passed, 1 failed\n")


def test_a_process_that_ends_outside_of_any_test_shows_why(test):
    ran = test('func init() { panic("too early") }\n' + a_test("Add"))
    assert "the process of the tests ended badly, outside of any test" in str(ran.error)
    assert f"panic: too early\n  cell[{ran.number}]:2, in init.0\n" in ran.out


def test_ctrl_c_ends_the_tests(test):
    timer = threading.Timer(4, signal.raise_signal, [signal.SIGINT])
    timer.start()
    start = time.monotonic()
    ran = test(a_test("Waits", "select {}"))
    timer.cancel()
    assert isinstance(ran.error, KeyboardInterrupt)
    assert time.monotonic() - start < 30
    assert "Traceback" not in ran.out


def test_a_program_with_a_race_is_reported(shell):
    body = "package main\n\nfunc main() {\n\tn, done := 0, make(chan bool)\n"
    body += "\tgo func() { n++; done <- true }()\n\tn++\n\t<-done\n}"
    ran = shell(f"%%gorun --race\n{body}")
    assert ran.error.code == 66
    assert "WARNING: DATA RACE" in ran.out and f"cell[{ran.number}]:6" in ran.out


# --- Profiles -----------------------------------------------------------------------------------------------

ROWS = """func BenchmarkRows(b *testing.B) {
	for b.Loop() {
		for i := range 100 {
			rows = append(rows[:0], make([]byte, 1000+i))
		}
	}
}

var rows [][]byte
"""


def test_a_profile_of_benchmarks_is_told_by_the_cells_lines(test):
    ran = test(ROWS, "--bench . --profile")
    assert ran.error is None
    assert re.search(r"^processors worked \d+\.\d\d s, \d+ samples\n +\d+ %  Go", ran.out, re.MULTILINE)
    assert re.search(rf"% +\d\d %  cell\[{ran.number}\]:5  rows = append", ran.out)
    assert "testing." not in ran.out


def test_what_benchmarks_allocate_is_told_by_the_cells_lines(test):
    ran = test(ROWS, "--bench . --mem")
    assert ran.error is None
    assert re.search(
        rf"^Go allocated .*\n(.*\n)+ *\d.*B +[\d,]+ .*B  cell\[{ran.number}\]:5  rows = append", ran.out, re.M
    )
    assert "pprof" not in ran.out and "flate" not in ran.out


def test_time_and_allocations_are_two_profiles(test):
    error = test(ROWS, "--bench . --mem --profile").error
    assert "`--profile` and `--mem` disturb each other" in str(error)
    assert error.hint == "ask for one of them"
