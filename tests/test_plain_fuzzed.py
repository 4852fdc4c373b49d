"""Cells made at random: what gomagic writes for them compiles, and values of their types come back as they were."""

import gc
import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic

INTS = {f"{sign}{bits}": st.integers(-(2 ** (bits - 1)) if sign == "int" else 0, 2 ** (bits - (sign == "int")) - 1)
        for sign in ("int", "uint") for bits in (8, 16, 32, 64)}  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
KEYS = {"string": TEXT, "bool": st.booleans(), "int": INTS["int64"], **INTS}
BASICS = {
    **KEYS, "rune": INTS["int32"], "float64": st.floats(allow_nan=False),
    "float32": st.floats(width=32, allow_nan=False), "complex128": st.complex_numbers(allow_nan=False),
}  # fmt: skip
FUNCTIONS = 24


@dataclass
class Cell:
    """A cell as it grows; values: by a type's name, what makes values of it, given the cell as Python has it."""

    choose: random.Random
    types: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def type(self, depth: int) -> str:
        """A type, as Go writes it."""
        ways = ["basic", "slice", "array", "map", "bytes"] if depth else ["basic"]
        match self.choose.choice([*ways, "struct", "named", "box"] if depth > 1 else ways):
            case "slice":
                return f"[]{self.type(depth - 1)}"
            case "bytes":
                return "[]byte"
            case "array":
                return f"[{self.choose.randint(0, 3)}]{self.type(depth - 1)}"
            case "map":
                return f"map[{self.choose.choice([*KEYS])}]{self.type(depth - 1)}"
            case "struct":
                name = f"S{len(self.types)}"
                self.types.append("")
                self.fields[name] = [self.type(depth - 1) for _ in range(self.choose.randint(1, 3))]
                members = "; ".join(f"X{i} {of}" for i, of in enumerate(self.fields[name]))
                self.types.append(f"type {name} struct {{ {members} }}")
                return name
            case "named":
                name = f"N{len(self.types)}"
                self.types.append("")
                self.fields[name] = [self.type(depth - 1)]
                self.types.append(f"type {name} {self.fields[name][0]}")
                return name
            case "box":
                of = self.choose.choice(["int8", "string", "float64", "[]int16", "map[string]int"])
                self.fields[f"Box[{of}]"] = [of, f"[]{of}"]
                return f"Box[{of}]"
        return self.choose.choice([*BASICS])

    def under(self, of: str) -> str:
        return self.under(self.fields[of][0]) if of.startswith("N") else of

    def values(self, go: object, of: str) -> st.SearchStrategy:
        """What makes values of a type."""
        if of in BASICS:
            return BASICS[of]
        if of.startswith("[]") and self.under(of[2:]) in ("byte", "uint8"):
            return st.binary(max_size=5)
        if of.startswith("[]"):
            return st.lists(self.values(go, of[2:]), max_size=4)
        if of.startswith("["):
            length, _, item = of[1:].partition("]")
            return st.lists(self.values(go, item), min_size=int(length), max_size=int(length))
        if of.startswith("map["):
            key, _, value = of[4:].partition("]")
            return st.dictionaries(KEYS[key], self.values(go, value), max_size=3)
        under = self.under(of)
        if under not in self.fields:
            return self.values(go, under)
        name, _, types = of.partition("[")
        kind = getattr(go, name)[types[:-1]] if types else getattr(go, name)
        return st.builds(kind, *(self.values(go, one) for one in self.fields[under]))


def plain(value: object) -> object:
    """A value as lists and dicts, of which Python can ask whether they are equal."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if hasattr(type(value), "__match_args__"):
        return [type(value).__name__, *(plain(getattr(value, name)) for name in type(value).__match_args__)]
    return value


def made(seed: int) -> tuple[Cell, list[str], str]:
    """A cell, the types of its functions and its text."""
    cell = Cell(random.Random(seed))
    types = [cell.type(3) for _ in range(FUNCTIONS)]
    text = ["type Box[T any] struct { X0 T; X1 []T }", *cell.types]
    for i, of in enumerate(types):
        text += [
            f"func F{i}(x {of}) {of} {{ return x }}",
            f"func Two{i}(x {of}, n int) (m int, y {of}, err error) {{ return n, x, nil }}",
            f"func All{i}(xs ...{of}) []{of} {{ return xs }}",
            f"var V{i} {of}",
        ]
    own = [of for of in dict.fromkeys(types) if of[0] in "SN"]
    text += [f"func (s {of}) Get{i}() {of} {{ return s }}" for i, of in enumerate(own)]
    return cell, types, "\n".join(text)


SEEDS = [pytest.param(seed, marks=[pytest.mark.soak] if seed >= 2 else []) for seed in range(20)]


@pytest.fixture(scope="module", params=SEEDS)
def fuzzed(request, own_cache):
    cell, types, text = made(request.param)
    return cell, types, gomagic.compile(text, f"fuzzed{request.param}")


def test_all_of_a_random_cell_is_bound(fuzzed):
    _, types, go = fuzzed
    there = {name for name in dir(go) if name[0] in "FTAV"}
    assert {f"{way}{i}" for way in ("F", "Two", "All", "V") for i in range(len(types))} <= there


@settings(max_examples=50)
@given(st.data())
def test_values_of_random_types_come_back_as_they_were(fuzzed, data):
    cell, types, go = fuzzed
    i = data.draw(st.integers(0, len(types) - 1))
    value = data.draw(cell.values(go, types[i]))
    before = plain(value)
    assert plain(getattr(go, f"F{i}")(value)) == before
    n, other = getattr(go, f"Two{i}")(value, 7)
    assert (n, plain(other)) == (7, before)
    assert list(plain(getattr(go, f"All{i}")(value, value))) == [before, before]
    setattr(go, f"V{i}", value)
    assert plain(getattr(go, f"V{i}")) == before
    assert plain(value) == before


@settings(max_examples=1)
@given(st.data())
def test_nothing_of_random_values_is_left(fuzzed, data):
    cell, types, go = fuzzed
    values = [data.draw(cell.values(go, of)) for of in types]
    gc.collect()
    before = go.__go__.live()
    for _ in range(10_000 // len(types)):
        for i, value in enumerate(values):
            getattr(go, f"F{i}")(value)
            getattr(go, f"Two{i}")(value, 1)
    gc.collect()
    assert go.__go__.live() == before
