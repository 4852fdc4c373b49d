"""golib/cellgen at work: the Go file and the manifest that make a plain Go cell callable from Python."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from gomagic.build import mistakes, notes, process
from gomagic.build.cache import MANIFEST
from gomagic.build.manifest import (
    KEEPS,
    RETURNS,
    WRITES,
    Manifest,
    Typed,
    Value,
    within,
)
from gomagic.build.packages import Packages
from gomagic.errors import GoBuildError
from gomagic.source.cell import Cell

_CELL, _START = "cell.go", "start.go"
# The compiler's word on each parameter: whether it escapes and by which way, and whether it is written to.
ANALYSIS = "-m=2 -d=escapemutationscalls=1"
# Of a way, which is no verdict: its head, a step, what a closure has of the parameter.
_WAY = re.compile(r"parameter .* leaks to .*:|\s+(flow|from)\b.*|.* capturing by \w+: .*")
# Behind the cell's token, which is another one for each cell: to compile a pattern for it would take 2 ms.
_SAYING = re.compile(r"(\.variants|/[^:\n]+)?:(\d+):(\d+): (.*)")
_PLACE = re.compile(r"(/[^:\n]+)?:(\d+):(\d+)")
_PROBES = ".variants"  # of functions with type parameters the compiler speaks here: `probe` in golib/cellgen/shims.go
_MOVES = 8  # puts other rows into a [][]T
_NOT_GO, _UNLISTED, _NO_MAIN = 3, 4, 5
NOTHING: Typed = {"file": "", "offset": 0, "imports": [], "names": [], "path": None, "said": ""}
_ROUNDS = 3  # what a package is called is known once it is listed, and then another may be missing
_SECONDS = 60


def generate(cellgen: Path, place: Path, cell: Cell, packages: Packages) -> Manifest | None:
    """Complete `place`/cell.go and write the shims beside it; returns the manifest, None if the text does not compile.

    packages: those that the cell may import; what is not among them yet is listed. Raises GoBuildError if there is no
    text at all.
    """
    ended = _run([cellgen, place], packages)
    if ended.code == _NOT_GO:
        return None
    if ended.code:
        raise GoBuildError(f"{cell.label}: the boundary could not be generated: {ended.out.strip() or ended.manner}")
    manifest: Manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    if not cell.source.text.strip():
        raise GoBuildError(f"{cell.label} is empty", hint="write a function whose name begins with a capital letter")
    _check_fields(manifest, cell)
    return manifest


def _check_fields(manifest: Manifest, cell: Cell) -> None:
    """Raise GoBuildError if Python reads two fields of a struct as one: it reads both signs for a µ as one."""
    for kind in manifest["classes"]:
        names: dict[str, str] = {}
        for field in kind["fields"]:
            other = names.setdefault(unicodedata.normalize("NFKC", field["name"]), field["name"])
            if other != field["name"]:
                points = [f"`{name}` ({' '.join(f'U+{ord(c):04X}' for c in name)})" for name in (other, field["name"])]
                raise GoBuildError(
                    f"{notes.at(kind, cell)}: Python cannot tell two fields of {kind['name']} apart",
                    note=f"{' and '.join(points)} are one name to Python, which normalizes them (NFKC)",
                    hint="rename one of them",
                )


def complete_program(cellgen: Path, place: Path, cell: Cell, packages: Packages) -> None:
    """Complete `place`/cell.go of a cell that is to be a program: its text may lack imports, `package` and `func main`.

    What is not Go is left for the compiler to explain. Raises GoBuildError if there is nothing that could run.
    """
    ended = _run([cellgen, "-program", place], packages)
    if ended.code == _NO_MAIN:
        raise GoBuildError(f"{cell.label} does not compile", (mistakes.no_main(cell),))
    if ended.code not in (0, _NOT_GO):
        raise GoBuildError(f"{cell.label}: the program could not be completed: {ended.out.strip() or ended.manner}")


def missing(cellgen: Path, file: Path, beside: Path, packages: Packages) -> list[str]:
    """The imports that the Go file of a cell's tests lacks; none if it is not Go.

    beside: the cell's own file.
    """
    ended = _run([cellgen, "-missing", file, beside], packages)
    return [] if ended.code else ended.out.split("\n")[:-1]


def typed(cellgen: Path, file: Path, offset: int, known: Path, seconds: float, *, is_program: bool = False) -> Typed:
    """What may stand at a byte of a cell that somebody is typing, and what stands there.

    known: where the types of packages are; of others nothing is known. is_program: the cell may be statements. Nothing
    is known, too, if the answer takes so long.
    """
    how = "-typed-program" if is_program else "-typed"
    ended = process.run([cellgen, how, file, str(offset), known], seconds=seconds)
    try:
        said: Typed = json.loads(ended.out)
    except ValueError:  # text of which the parser makes nothing
        return NOTHING
    return said


def _run(command: list[str | Path], packages: Packages) -> process.Ended:
    """Run cellgen, which is told of the packages that it asks for."""
    for _ in range(_ROUNDS):
        ended = process.run([*command, packages.file], seconds=_SECONDS)
        if ended.code != _UNLISTED:
            break
        packages.add(ended.out.split("\n")[:-1])
    return ended


def put_off(place: Path) -> bool:
    """Have Python start the cell in `place`, where it has a start of its own; returns whether it has.

    Its text is then kept beside: see `take_back`.
    """
    start = place / "start"
    if start.is_dir():
        (place / _CELL).rename(start / "written.go")
        (start / _CELL).rename(place / _CELL)
        (start / _START).rename(place / _START)
        return True
    (place / _START).write_text("package main\n")  # there are always the same files, for whom builds them
    return False


def take_back(place: Path) -> None:
    """Make of the cell again what the reader has written: Go starts it."""
    (place / "start" / "written.go").rename(place / _CELL)
    (place / _START).write_text("package main\n")


def judge(manifest: Manifest, output: str, cell: Cell) -> None:
    """Set the flags of each parameter by what the compiler has printed; of what it says nothing, Go may do anything."""
    said: dict[tuple[str, int, int], list[str]] = {}
    ways: dict[tuple[str, int, int], list[str]] = {}
    for one in output.split("\n"):
        if one.startswith(cell.token) and (found := _SAYING.fullmatch(one, len(cell.token))):
            where = (found[1] or "", int(found[2]), int(found[3]))
            (ways if _WAY.fullmatch(found[4]) else said).setdefault(where, []).append(found[4])
    values = {
        call["of"]: call["params"][0]["shape"] in "1s"
        for call in manifest["calls"]
        if call["role"] == "write" and call["name"] == "value"
    }
    held = {kind["id"] for kind in manifest["classes"] if not kind["loose"]}
    for call in manifest["calls"]:
        is_probed = call["role"] == "variant" or "probe" in call
        results = [
            "" if _stays_in_go(result, manifest, held) else ("" if is_probed else result["name"]) or f"~r{i}"
            for i, result in enumerate(call["results"])
        ]
        gives_slices = any(result["shape"] in "amv" for result in call["results"])
        for i, param in enumerate(call["params"]):
            name, place = param["name"], None
            if param["alone"]:
                place = (param.get("in_file", ""), param["line"], param["column"])
            if is_probed:
                name, probe = f"p{i}", call.get("probe")
                place = (_PROBES, probe["line"], probe["columns"][i]) if probe else None
            told = said.get(place, []) if place else []
            if place and not is_probed and (keeper := _keeper(ways.get(place, []), cell)):
                param["keeper"] = keeper
            sets = call["role"] in ("set", "write")
            if param["shape"] == "v" and manifest["forms"][param.get("form", 0)]["shape"] in "FQ":
                param["flags"] = _flags_of_func(param, name, told)
            elif param["shape"] == "v" and sets:
                param["flags"] = KEEPS if param["code"] == "r" else 0  # all else is Go's own copy
            elif param["shape"] == "h" and param.get("of") in values and not sets:
                param["flags"] = _flags_of_pointer(param, name, told, values[param["of"]])
            else:
                param["flags"] = _flags(param, name, told, results, gives_slices)


def _keeper(way: list[str], cell: Cell) -> str:
    """What a function calls by which Go may keep its parameter, as it is written there; "" if it does that itself.

    way: what the compiler says of that. What is inlined stands where the call does.
    """
    for step in reversed(way):
        if not (place := _PLACE.fullmatch(step.rpartition(f" at {cell.token}")[2])):
            continue
        file, line, column = place.groups("")
        text = next((each for each in cell.texts if each.token == f"{cell.token}{file}"), cell).text_of(int(line))
        before = text.encode(errors="surrogatepass")[: int(column) - 1].decode(errors="ignore")
        if called := re.search(r"([\w.]+)(\[[^]]*\])?(\([^()]*)?$", before):  # it stands there, or one of its arguments
            return "" if called[1] in ("append", "copy", "func") else called[1]
    return ""


def _stays_in_go(result: Value, manifest: Manifest, held: set[str]) -> bool:
    """Whether what a function returns by value, as it is, stays in Go: a struct of which Python does not see all.

    held: the ids of those.
    """
    if result["shape"] != "v":
        return result["shape"] == "c"
    return any(form["shape"] == "S" and form["of"] in held for form in within(result, manifest["forms"]))


def _flags_of(text: str, name: str, param: Value, results: list[str]) -> int:
    """What one line of the compiler says of a parameter, which it calls `name`.

    results: those of the function but for an error, which could keep what it is made of. Of a function
    without a body it says no more than that something `does not escape`, and nothing of what is written.
    """
    name = re.escape(name)
    if re.fullmatch(rf"{name} does not escape, mutate, or call|calls param: {name} .*", text):
        return 0
    if re.fullmatch(rf"mutates param: {name} .*", text):
        return WRITES | (_MOVES if param["shape"] == "m" and text.endswith("derefs=0") else 0)
    leak = re.fullmatch(rf"leaking param: {name} to result (\S+) .*", text)
    return RETURNS if leak and leak[1] in results else KEEPS


def _flags_of_func(param: Value, name: str, said: list[str]) -> int:
    """Whether Go may keep a func or sequence: then it gets a reference to Python's object, in half a microsecond."""
    is_unused = param["name"] == "_" or (not param["name"] and param["line"])
    is_known = said and not any(_flags_of(text, name, param, []) & KEEPS for text in said)
    return 0 if is_unused or is_known else KEEPS


def _flags_of_pointer(param: Value, name: str, said: list[str], is_flat: bool) -> int:
    """Whether Go writes to what a pointer is to, or keeps it: Python may pass a value of which Go has a copy if not.

    is_flat: it is to a number or text, of which the content may go anywhere.
    """
    if param["name"] == "_" or (not param["name"] and param["line"]):
        return 0
    flags = 0 if said else KEEPS | WRITES
    for text in said:
        goes = rf"leaking param(: {re.escape(name)} to result \S+ level=\d+| content: {re.escape(name)})"
        if not (is_flat and re.fullmatch(goes, text)):
            flags |= _flags_of(text, name, param, []) & (KEEPS | WRITES)
    return flags | (WRITES if flags & KEEPS else 0)


def _flags(param: Value, name: str, said: list[str], results: list[str], gives_slices: bool) -> int:
    by_value = param["shape"] in "1hciE" or param["length"] >= 0 or param.get("copied", False)
    if by_value or param["name"] == "_" or (not param["name"] and param["line"]):
        return 0
    flags = 0 if said else KEEPS
    for text in said:
        flags |= _flags_of(text, name, param, results)
    if flags & KEEPS:
        flags |= WRITES | _MOVES  # through what keeps it, too, of which the compiler says nothing
        if param["borrowed"]:
            flags &= ~KEEPS
            flags |= RETURNS if gives_slices else 0  # which breaks no promise; the compiler says nothing of it either
    if param["shape"] == "m" and flags & _MOVES and flags & RETURNS:
        flags |= KEEPS  # a row that comes back must not be where another one's numbers are put
    flags &= ~_MOVES
    if (param["variadic"] and param["shape"] not in "mv") or param["shape"] == "s":
        flags &= ~WRITES
    if param.get("unseen"):
        flags |= WRITES
    return flags
