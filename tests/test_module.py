"""A Go cell as a module: what can be read, set and deleted, and what is said where it cannot."""

import numpy as np
import pytest

from gomagic.bind.module import Go, GoModule, Live


@pytest.fixture
def stats():
    """A module with a function, a variable and something that was left out."""
    made, value = GoModule("stats", "about it"), {"Count": 1}
    variables = {"Count": (lambda: value["Count"], lambda new: value.update(Count=new))}
    made.__dict__.update(Mean=sum, _variables=variables, _left_out={"Peek": "it takes a chan"}, __go__=Go({}))
    return made


def test_a_variable_is_read_and_written_where_go_has_it(stats):
    assert stats.Count == 1
    stats.Count = 5
    assert stats.Count == 5
    assert "Count" not in stats.__dict__


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mean", "stats.Mean cannot be set\n  note: only variables of the Go cell can be set"),
        ("Other", "stats.Other does not exist in Go cell `stats`\n  note: only variables of the Go cell can be set"),
    ],
)
def test_nothing_else_can_be_set(stats, name, said):
    with pytest.raises(AttributeError) as caught:
        setattr(stats, name, 1)
    assert str(caught.value) == said


def test_nothing_can_be_deleted(stats):
    with pytest.raises(AttributeError) as caught:
        del stats.Mean
    assert str(caught.value) == "stats.Mean cannot be deleted: the Go cell has it"


def test_what_is_not_there_is_told_from_what_was_left_out(stats):
    with pytest.raises(AttributeError, match="Go cell `stats` has no `Median`"):
        _ = stats.Median
    with pytest.raises(AttributeError, match=r"stats.Peek is left out: it takes a chan"):
        _ = stats.Peek


def test_its_names_and_its_text_are_a_modules(stats):
    assert dir(stats) == ["Count", "Mean", "__go__"]
    assert (repr(stats), stats.__doc__) == ("<Go cell 'stats'>", "about it")


def test_what_go_holds_is_counted_by_name():
    assert Go({"live": lambda: (1, 2, 3)}).live() == Live(handles=1, arrays=2, bytes=3)


def test_empty_asks_go_for_as_many_bytes_as_the_elements_take():
    asked = []
    go = Go({"empty": lambda size: asked.append(size) or np.zeros(size, "uint8")})
    made = go.empty(3, "int32")
    assert (asked, made.dtype, made.tolist()) == ([12], np.dtype("int32"), [0, 0, 0])
    assert go.empty(0).tolist() == [] and asked == [12]


@pytest.mark.parametrize(
    ("n", "dtype", "error", "said"),
    [
        (3, "datetime64[ns]", TypeError, r"empty: Go has no slices of datetime64\[ns\]"),
        (3, ">f8", TypeError, "empty: Go has no slices of >f8"),
        (-1, "float64", ValueError, "empty: -1 elements"),
        (1.5, "float64", TypeError, "float"),
    ],
)
def test_empty_refuses_what_go_cannot_hold(n, dtype, error, said):
    with pytest.raises(error, match=said):
        Go({}).empty(n, dtype)
