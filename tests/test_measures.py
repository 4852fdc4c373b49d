import pytest

from gomagic.run import measures
from gomagic.run.measures import Measured

ROWS = "".join(
    f"BenchmarkMean-2   \t  {n}\t        {t} ns/op\t     0 B/op\n" for n, t in [(10, 12.5), (11, 12), (9, 13)]
)


def test_the_rows_of_a_benchmark_are_read_and_left_out():
    first, others = ROWS.split("\n", 1)
    other = "BenchmarkMeans-2   \t 1\t 3 ns/op\n"
    texts, found = measures.read([f"mine\n{first}\n{other}", others], "BenchmarkMean", "cell[3]")
    assert texts == [f"mine\n{other}", ""]
    assert found == Measured({"ns/op": (12.5, 12.0, 13.0), "B/op": (0.0, 0.0, 0.0)}, "cell[3]")
    assert str(found) == "12.5 ns/op ± 4%  0 B/op  (3 runs)"
    assert measures.read(["BenchmarkOther \t 1\t 3 ns/op\n"], "BenchmarkMean", "")[1] is None


@pytest.mark.parametrize(
    ("before", "now", "chance"),
    [
        # Of 924 ways to deal twelve ranks into two groups of six, two are as far apart as can be.
        ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12), 2 / 924),
        ((1, 1, 1), (1, 1, 1), 1.0),
        ((1, 2), (3, 4), 2 / 6),
        ((1, 3, 5, 7, 9, 11), (2, 4, 6, 8, 10, 12), 0.6991),
    ],
)
def test_what_is_by_chance_is_by_rank(before, now, chance):
    assert measures.by_chance(before, now) == pytest.approx(chance, abs=1e-4)


def test_a_change_is_told_where_it_is_more_than_chance():
    before = Measured({"ns/op": (10, 11, 10, 10, 10, 12), "B/op": (0,) * 6}, "cell[1] by cell[2]")
    faster = Measured({"ns/op": (5, 5.5, 5, 5, 5, 6), "B/op": (16,) * 6}, "cell[1] by cell[4]")
    assert faster.against(before) == [
        "\N{MINUS SIGN}50.0% against 10 ns/op ± 20% in cell[1] by cell[2] (p=0.002)",
        "16 more against 0 B/op in cell[1] by cell[2] (p=0.002)",
    ]
    same = Measured({"ns/op": (10, 11, 10, 10, 10, 12), "B/op": (0,) * 6}, "")
    assert same.against(before) == [
        "no change that these runs could show against 10 ns/op ± 20% in cell[1] by cell[2] (p=1.00)"
    ]
    few = Measured({"ns/op": (5, 5)}, "")
    [line] = few.against(Measured({"ns/op": (10, 10)}, "cell[2]"))
    assert line.startswith("no change that these runs could show")
