"""Arrays, columns and tables of whatever library, by what they offer: here without any of these libraries."""

import numpy as np
import pytest

from gomagic.bind import foreign


class Series:
    """As polars has it."""

    def __init__(self, values, nulls=0):
        self.values, self.nulls = values, nulls

    def __array__(self, dtype=None, copy=None):
        return np.array([np.nan if value is None else value for value in self.values])

    def null_count(self):
        return self.nulls

    def to_list(self):
        return [*self.values]

    def drop_nulls(self):
        return Series([value for value in self.values if value is not None])

    def fill_null(self, value):
        return Series([value if one is None else one for one in self.values])


class Array(Series):
    """As pyarrow has it: a count, and categories that are missing themselves."""

    null_count = 0
    type = type("DictionaryType", (), {"index_type": "int32"})()

    def is_null(self):
        return Array([value is None for value in self.values])

    def to_pylist(self):
        return [*self.values]


class Frame:
    """As polars has it."""

    columns = ("a",)

    def __init__(self, *columns):
        self.of = columns

    def __array__(self, dtype=None, copy=None):
        return np.column_stack([np.asarray(column) for column in self.of])

    def get_columns(self):
        return [*self.of]


class Tensor:
    """What lends its memory, and nothing else."""

    def __init__(self, array, device=1):
        self.array, self.device = array, device

    def __dlpack__(self, **options):
        if self.device != 1:
            raise BufferError("it is on a graphics card")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device, 0


def test_a_column_that_lacks_values_is_a_masked_array():
    for lacking in Series([1.0, None], 1), Array([1.0, None]), Frame(Series([1.0]), Series([None], 1)):
        assert isinstance(foreign.as_array(lacking), np.ma.MaskedArray)
    for whole in Series([1.0, float("nan")]), Array([1.0]), Frame(Series([1.0])):
        assert not isinstance(foreign.as_array(whole), np.ma.MaskedArray)


def test_what_was_made_for_the_call_is_read_only_and_lent_memory_is_not():
    array = np.ones(3)
    assert not foreign.as_array(Series([1.0])).flags.writeable
    assert foreign.as_array(Tensor(array)).flags.writeable
    assert np.shares_memory(foreign.as_array(Tensor(array)), array)


def test_memory_that_is_elsewhere_is_refused_with_a_cure():
    with pytest.raises(TypeError, match=r"Tensor is not the machine's own.*\n  hint: pass a copy that is: .*\"cpu\""):
        foreign.as_array(Tensor(np.ones(3), device=2))


def test_lists_are_of_pythons_own_values():
    assert foreign.as_list(Series([1, None])) == foreign.as_list(Array([1, None])) == [1, None]
    assert foreign.as_list(np.array([1], "m8[ns]")) == [np.timedelta64(1, "ns")]  # `tolist` has the int 1
    for no_list in Frame(), {}, {1}:
        with pytest.raises(TypeError):
            foreign.as_list(no_list)


def test_code_in_messages_is_of_what_there_is():
    tensor, series, array = Tensor(np.ones(3)), Series([1]), np.ones(3)
    assert [foreign.numpys(value, "x", "astype") for value in (array, series, tensor)] == [
        "x",
        "numpy.asarray(x)",
        "numpy.from_dlpack(x)",
    ]
    assert [foreign.copied(value, "x") for value in (array, series, tensor, b"", [1])] == [
        "x.copy()",
        "numpy.asarray(x).copy()",
        "numpy.from_dlpack(x).copy()",
        "numpy.asarray(x).copy()",
        "",
    ]
    assert [foreign.listed(value, "x") for value in (array, series, (1,))] == ["x.tolist()", "x.to_list()", "list(x)"]
    assert foreign.cures(series) == ["fill_null", "drop_nulls"] and foreign.cures(array) == []
