import json

from gomagic.run import outcomes


def events(*those):
    return "".join(json.dumps({"Action": action, "Test": name, "Output": text}) + "\n" for action, name, text in those)


TOLD = outcomes.Told({"/gomagic/0123456789abcdef": "cell[3]"}, [], where="cell[1] by cell[3]")


def test_a_test_has_the_lines_that_are_not_gos_with_the_cells_name():
    output = events(
        ("run", "TestA", ""),
        ("output", "TestA", "=== RUN   TestA\n"),
        ("output", "TestA", "    0123456789abcdef:4: wrong\n"),
        ("output", "TestA", "\tError Trace:\t/gomagic/0123456789abcdef:4\n"),
        ("output", "TestA", "--- FAIL: TestA (0.00s)\n"),
        ("fail", "TestA", ""),
        ("output", "", "FAIL\n"),
        ("output", "", "FAIL\texample.com/m\t0.001s\n"),
    )
    [result], rest = outcomes.read(output, TOLD)
    assert (result.ending, result.lines) == ("fail", ["cell[3]:4: wrong", "\tError Trace:\tcell[3]:4"])
    assert outcomes.without_gos(rest, "example.com/m") == ""


def test_the_runs_of_a_benchmark_are_one_result():
    one = [
        ("run", "BenchmarkB", ""),
        ("output", "BenchmarkB", "=== RUN   BenchmarkB\n"),
        ("output", "BenchmarkB", "BenchmarkB\n"),
        ("output", "BenchmarkB", "once\n"),
        ("output", "BenchmarkB", "BenchmarkB-2   \t 10\t 12 ns/op\n"),
    ]
    again = [("output", "", "BenchmarkB-2   \t"), ("output", "", " 10\t 12 ns/op\n"), ("output", "", "PASS\n")]
    [result], left = outcomes.read(events(*one, *again), TOLD)
    assert (result.ending, result.lines, left) == ("pass", ["once", "12 ns/op  (2 runs)"], "PASS\n")
    assert result.measured.where == "cell[1] by cell[3]"
