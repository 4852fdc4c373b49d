"""A record is what a NamedTuple is."""

import copy
import pickle
from functools import cached_property

import pytest

from gomagic.source.record import Record


class Point(Record):
    """Two numbers and a name."""

    x: int
    y: int = 2
    name: str = "p"

    @property
    def sum(self):
        return self.x + self.y


class Named(Point):
    @cached_property
    def label(self):
        return f"{self.name}{self.sum}"


@pytest.mark.parametrize("kind", [Point, Named])
def test_it_is_a_tuple_with_names_and_defaults(kind):
    one = kind(1)
    assert one == (1, 2, "p") == kind(1, 2, "p") == kind(x=1) == kind(1, name="p")
    assert (one.x, one.y, one.name, one.sum) == (1, 2, "p", 3)
    assert hash(one) == hash((1, 2, "p"))
    x, *others = one
    assert (x, others) == (1, [2, "p"])
    assert repr(one) == f"{kind.__name__}(x=1, y=2, name='p')"
    with pytest.raises(AttributeError):
        one.x = 3


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_it_is_copied_and_pickled(way):
    twin = way(Named(1, name="q"))
    assert (type(twin), twin, twin.label) == (Named, (1, 2, "q"), "q3")


def test_another_one_differs_where_it_is_said():
    named = Named(1)
    assert named.label == "p3"
    other = named._replace(y=5)
    assert (type(other), other, other.label) == (Named, (1, 5, "p"), "p6")


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3, 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((1, 2, 3), {"z": 1}), ((), {"y": 1})],
)
def test_what_does_not_fit_is_refused(values, named):
    with pytest.raises(TypeError, match="Point: "):
        Point(*values, **named)
    with pytest.raises(TypeError):
        Point(1)._replace(z=1)
