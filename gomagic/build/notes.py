"""What the reader is told of a plain cell that has been built: from its manifest alone, as an unchanged cell has it."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator

from gomagic.build.manifest import KEEPS, Class, Generic, Manifest, Placed, Remark, Value, listed, qualified
from gomagic.source.cell import Cell

_MOST_LINES, _MOST_NAMES = 3, 4  # of what is left out


def of(manifest: Manifest, cell: Cell) -> list[str]:
    """What the reader is to know of a cell that has been built: one line each."""
    found = []
    if _exports_nothing(manifest):
        found.append(f"{cell.label} has nothing for Python{'' if manifest['left_out'] else _wanted(cell)}")
    found += _of_left_out([item for item in left_out(manifest) if item["line"]], cell)
    for item in manifest["dangers"]:
        found.append(f"{at(item, cell)}: {item['text']}")
    for generic in manifest["generics"]:
        if generic["all"] and len(generic["types"]) > 1:
            built = f"{len(generic['variants'])} of the {generic['all']} combinations of types that it could take"
            first = "int, float64, string and bool come first, then the same type for all"
            others = f"; for others, name them, as in `var _ {generic['lacks']}`" if generic["lacks"] else ""
            found.append(f"{at(generic, cell)}: {generic['name']} is built for {built}: {first}{others}")
    found.extend(_not_built(manifest, cell))
    found += _of_copied(manifest, cell)
    return [f"note: {text}" for text in dict.fromkeys(found)]


def _of_copied(manifest: Manifest, cell: Cell) -> Iterator[str]:
    """A line for each parameter that is copied, and for what keeps those of several functions one for all of them."""
    copied: dict[tuple[str, str], dict[str, Value]] = {}
    for call in manifest["calls"]:
        for param in call["params"]:
            if (
                call["role"] in ("function", "method", "variant", "asked")
                and param["flags"] & KEEPS
                and (param["shape"] in "amt" or param["code"] == "r")
                and param["line"]
            ):
                name = re.sub(r"\[.*\]", "", qualified(call))
                keeper = param.get("keeper", "")
                alone = "" if keeper else f"{at(param, cell)}:{param['column']}"
                copied.setdefault((keeper or name, alone), {})[f"{param['name']} of {name}"] = param
    for (keeper, _), params in copied.items():
        names, first = [*params], next(iter(params.values()))
        if len(names) > _MOST_NAMES:
            names[_MOST_NAMES - 1 :] = [f"{len(names) - _MOST_NAMES + 1} more"]
        what, them = (f"{listed(names)} are", "them") if len(names) > 1 else (f"{first['name']} is", "it")
        cure = f"`//gomagic:borrow {first['name']}` above the function if it does not"
        yield f"{what} copied, {keeper} may keep {them} ({at(first, cell)}); {cure}"


def at(item: Placed, cell: Cell) -> str:
    """The place of something, as messages name it."""
    return f"{cell.label}{item.get('in_file', '')}:{item['line']}"


def left_out(manifest: Manifest) -> list[Remark]:
    """All that Python does not get, by line; members by the names of their classes, too. Line 0: not the cell's."""
    found = [*manifest["left_out"]]
    for call in manifest["calls"]:
        found += [{**item, "name": f"{call['name']}.{item['name']}"} for item in call.get("left_out", ())]
    found += [{**item, "name": f"{of}.{item['name']}"} for of, item in _members_left_out(manifest)]
    return sorted(found, key=lambda item: item["line"])


def _members_left_out(manifest: Manifest) -> Iterator[tuple[str, Remark]]:
    """Each field and method that is left out, with the name of its class: of the instances of a type once."""
    instances = collections.Counter(kind["generic"] for kind in manifest["classes"] if "generic" in kind)
    same: dict[tuple[str, str], list[tuple[str, Remark]]] = {}
    for kind in manifest["classes"]:
        of = kind["go"] if kind["package"] else kind["name"]
        for item in kind["left_out"]:
            same.setdefault((kind.get("generic", kind["id"]), item["name"]), []).append((of, item))
    for (generic, _), found in same.items():
        if 1 < len(found) == instances[generic]:
            yield found[0][0].partition("[")[0], found[0][1]
        else:
            yield from found


def _of_left_out(items: list[Remark], cell: Cell) -> list[str]:
    """A line for each reason, and in place of the last that there is room for how the others are seen."""
    reasons: dict[str, list[Remark]] = {}
    for item in items:
        reasons.setdefault(item["text"], []).append(item)
    told = list(reasons.items())
    if len(told) > _MOST_LINES:
        told = told[: _MOST_LINES - 1]
    found = []
    for reason, those in told:
        names = list(dict.fromkeys(item["name"] for item in those))
        if len(names) > _MOST_NAMES:
            names[_MOST_NAMES - 1 :] = [f"{len(names) - _MOST_NAMES + 1} more"]
        are = "is" if len(names) == 1 else "are"
        found.append(f"{at(those[0], cell)}: {listed(names)} {are} left out: {reason}")
    if more := len(items) - sum(len(those) for _, those in told):
        how = f"`%go source {cell.name}` shows" if cell.name else "name the cell, and `%go source NAME` shows"
        found.append(f"{cell.label}: {more} more are left out; {how} which and why")
    return found


def _not_built(manifest: Manifest, cell: Cell) -> Iterator[str]:
    """One line for all types and functions with type parameters that there are for the same types."""
    same: dict[tuple[str, ...], list[Class | Generic]] = {}
    for kind in manifest["classes"]:
        if kind.get("lacks"):
            there = [one.removeprefix(kind["name"])[1:-1] for one in kind["instances"]]
            there = [f"[{one}]" for one in there] if len(kind["parameters"]) > 1 else there
            same.setdefault(tuple(there), []).append(kind)
    for generic in manifest["generics"]:
        if generic["all"] and len(generic["types"]) == 1:
            there = [manifest["calls"][number]["types"][0] for number in generic["variants"]]
            same.setdefault(tuple(there), []).append(generic)
    for types, kinds in same.items():
        names = [kind["name"] for kind in kinds]
        are = "is" if len(names) == 1 else "are"
        if len(names) > _MOST_NAMES:
            names[_MOST_NAMES - 1 :] = [f"{len(names) - _MOST_NAMES + 1} more"]
        what = f"{listed(names)} {are} built for {listed(types)}"
        yield f"{at(kinds[0], cell)}: {what}; for another type, name it, as in `var _ {kinds[0]['lacks']}`"


def _exports_nothing(manifest: Manifest) -> bool:
    faces = [kind for kind in manifest["classes"] if "interface" in kind and kind["interface"]["shown"]]
    return all(call["role"] == "start" for call in manifest["calls"]) and not manifest["constants"] and not faces


def _wanted(cell: Cell) -> str:
    """What a cell that exports nothing may have meant, of which no name has been left out."""
    lower = [func.name for func in cell.source.funcs if func.name[0].islower() and func.name not in ("main", "init")]
    if lower:
        return f"; Python sees what begins with a capital letter, as in `{lower[0][0].upper()}{lower[0][1:]}`"
    if any(func.name == "main" for func in cell.source.funcs):
        return "; to run it as a program, write `%%gorun`"
    return ""
