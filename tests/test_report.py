from gomagic.run.report import Report, Result

RESULTS = [
    Result("TestA", "pass", 0.5, ["logged"]),
    Result("TestB/x<y", "fail", 0.25, ["cell[2]:3: 1 < 2", "more"]),
    Result("TestC", "skip", 0.0, ["later"]),
    Result("BenchmarkD", "pass", 1.0, ["3 ns/op"]),
]


def test_text_has_what_failed_first():
    assert repr(Report(RESULTS)).split("\n") == [
        "FAIL  TestB/x<y",
        "      cell[2]:3: 1 < 2",
        "      more",
        "skip  TestC",
        "      later",
        "ok    TestA",
        "ok    BenchmarkD",
        "      3 ns/op",
        "2 passed, 1 failed, 1 skipped",
    ]


def test_verbose_tells_times_and_what_was_logged():
    assert repr(Report(RESULTS[:1], verbose=True)) == "ok    TestA  (0.50 s)\n      logged\n1 passed, 0 failed"


def test_where_the_process_ended_is_told():
    ended = Result("TestE", "fail", survived=False)
    assert repr(Report([ended], rest=["x"])).split("\n")[1:] == [
        "      the process ended here, and no further test ran", "0 passed, 1 failed", "x",
    ]  # fmt: skip


def test_a_notebook_gets_a_table():
    html = Report(RESULTS)._repr_html_()
    assert html.count("<tr>") == 4
    assert html.index("TestB") < html.index("TestA")
    assert "<code>TestB/x&lt;y</code>" in html
    assert "cell[2]:3: 1 &lt; 2\nmore</pre>" in html
    assert "<details>" not in html


def test_many_that_passed_are_folded():
    html = Report([*RESULTS, *(Result(f"TestMany{n}", "pass") for n in range(40))])._repr_html_()
    assert "<details><summary>41 that passed</summary>" in html
    assert html.index("TestB") < html.index("<details>") < html.index("TestMany3")
