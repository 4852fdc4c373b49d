"""The flame graph: widths are shares, and what the reader sees where the mouse rests."""

from xml.etree import ElementTree

from gomagic.run import flame
from gomagic.run.samples import Frame

A, B, F = Frame("Work", "cell", 4), Frame("sort.Slice[<]", "/go/sort.go", 9), Frame("Python")


def bars(stacks, unit="{:.0f} B"):
    root = ElementTree.fromstring(flame.draw(stacks, {"cell"}, unit.format))
    space = "{http://www.w3.org/2000/svg}"
    found = {}
    for group in root.iter(f"{space}g"):
        rect, text = group.find(f"{space}rect"), group.find(f"{space}text")
        place = round(float(rect.get("width"))), int(rect.get("y"))
        found[group.find(f"{space}title").text] = (*place, text.text if text is not None else None, rect.get("fill"))
    return root, found


def test_a_bar_is_as_wide_as_its_share_below_who_calls_it():
    _, found = bars([((A, B), 25), ((A,), 25), ((F,), 50)])
    assert [(title, *place[:3]) for title, place in found.items()] == [
        ("all: 100 % (100 B), 0 % itself", 900, 0, "all"),
        ("Work: 50 % (50 B), 25 % itself", 450, 19, "Work"),
        ("sort.Slice[<]: 25 % (25 B), 25 % itself", 224, 38, "sort.Slice[<]"),
        ("Python: 50 % (50 B), 50 % itself", 450, 19, "Python"),
    ]
    assert len({place[3] for place in found.values()}) == 4  # whose it is


def test_recursion_is_one_bar_and_long_names_are_cut():
    long = Frame("f" * 300, "x")
    _, found = bars([((A, A, A, long), 1), ((F,), 99)])
    assert found["Work: 1 % (1 B), 0 % itself"][:3] == (8, 19, None)  # too narrow for a letter
    assert found[f"{'f' * 300}: 1 % (1 B), 1 % itself"][1] == 38
    _, found = bars([((long,), 1)])
    name = found[f"{'f' * 300}: 100 % (1 B), 100 % itself"][2]
    assert len(name) < 140 and name.endswith("f…")


def test_nothing_is_drawn_of_nothing_nor_below_the_depth_that_fits():
    assert flame.draw([], set(), str) == ""
    root, found = bars([(tuple(Frame(f"f{n}", "x") for n in range(500)), 1)])
    assert len(found) == 61 and int(root.get("height")) == 61 * 19
