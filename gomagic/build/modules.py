"""Modules of others that `%go get` has added for a kernel's cells, each at one exact version, as `path@v1.2.3`.

They belong to no module of the reader's: `go mod tidy` there takes nothing from a cell. Which versions go together
is worked out once for a set, by `go get`, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from gomagic.build import cache, inputs, process, storage, toolchain, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoBuildError

_CELLS, _OURS = "cells/", "gomagic/golib/"  # before what is there without being added
_PATH_CURE = "a module is called by its path: `%go get golang.org/x/text`"
# What Go says where a module cannot be had: why, and what to do.
_CURES = (
    (
        r"malformed|invalid (char|version|module version)|missing dot|empty|contains a wildcard"
        r"|is not a package in module rooted",
        "",
        _PATH_CURE,
    ),
    (
        r"requires (\S+@\S+), not ",
        "what is there already needs a newer one",
        r"run `%go get \1`, or ask for an older version of what requires it",
    ),
    (r"requires go >= (\S+)", "", r"install Go \1, or ask for an older version of the module"),
    (
        r"dial tcp|no such host|timeout|refused|TLS handshake|lookup disabled",
        "Go gets modules from GOPROXY, by default proxy.golang.org",
        "see whether this machine reaches it, or set GOPROXY to what it reaches",
    ),
    (r"module ([^\s@]+)@\S+ found.*does not contain package", "", r"run `%go get \1` for what else it has"),
)
_IS_NO_VERSION = r"unknown revision|no matching version"
_IS_NOWHERE = r"404|403|410|not found|no such file|not available"
_LIST_SECONDS = 60
_SHOWN = 5  # versions
_WORDS = ("all", "cmd", "go", "std", "tool", "toolchain", "work")  # of `go get`, for what is no module


def add(known: Sequence[str], asked: str, chain: Toolchain) -> tuple[str, ...]:
    """Add a module to those that are known, and return all of them in order; one may rise with what the other needs.

    asked: the path of a module, or of a package in it, perhaps with `@version`. Without, the newest is taken. Raises
    GoBuildError where Go cannot get it.
    """
    path = asked.partition("@")[0]
    _check_path(path)
    others = dict(module.split("@") for module in known if not workspace.has(workspace.path_of(module), path))
    with cache.workplace() as place:
        folder = _get([asked], others, place / "modules", chain)
        required = _required(folder)
        if any(_is_lower(required.get(other, "0"), version) for other, version in others.items()):
            every = [f"{other}@{version}" for other, version in others.items()]
            folder = _get([*every, asked], {}, place / "again", chain)  # where Go says what is against it
            required = _required(folder)
        owner = workspace.owner(required, path)
        if not owner:
            raise _of_gos_own(path, asked, chain)
        exact = tuple(sorted(f"{path}@{version}" for path, version in required.items() if path in {owner, *others}))
        _list_packages(exact, folder, chain)
        if path != owner and (why := _why_not_imported(path, folder, chain)):
            raise GoBuildError(
                f"%go get: `{path}` cannot be imported: {why}", hint=f"run `%go get {owner}` for what else it has"
            )
        cache.keep(inputs.key_of(exact), folder)
    return exact


def _check_path(path: str) -> None:
    """Raise GoBuildError for what can be no module, or is there already."""
    if path in _WORDS:
        raise GoBuildError(f"%go get: `{path}` is no module", hint=_PATH_CURE)
    if path in (".", "..") or path.startswith(("./", "../", "/")):
        raise GoBuildError(
            f"%go get: `{path}` is a folder, no module that Go could get",
            note="a notebook within a module has the packages of that module",
            hint="import it by the path that its go.mod gives it, or load it with `gomagic.load`",
        )
    is_ours = path.startswith(_OURS) and (workspace.GOMAGIC / path.removeprefix("gomagic/")).is_dir()
    if path == "C" or path.startswith(_CELLS) or is_ours:
        raise GoBuildError(f"%go get: `{path}` is no module of others", hint=f'`import "{path}"` is enough')


def _of_gos_own(path: str, asked: str, chain: Toolchain) -> GoBuildError:
    """The error for a package that comes with Go."""
    with cache.workplace() as place:
        folder = place / "module"
        folder.mkdir()
        (folder / "go.mod").write_text(_go_mod(chain), encoding="utf-8")
        why = _why_not_imported(path, folder, chain)
    if not why:
        note = "it has the version of Go" if asked != path else ""
        what = f"%go get: `{asked}` is of the standard library"
        return GoBuildError(what, note=note, hint=f'`import "{path}"` is enough')
    _, is_vendored, copied = path.rpartition("vendor/")
    go = toolchain.called(chain)
    cure = f"import another: `!{go} list std` lists them, and internal and vendored ones are Go's own"
    if is_vendored:
        cure = f"run `%go get {copied}`"
    return GoBuildError(f"%go get: `{asked}` comes with Go, and cannot be imported: {why}", hint=cure)


def _why_not_imported(path: str, folder: Path, chain: Toolchain) -> str:
    """Why no cell can import a package, by Go's rules; "" if it can. folder: that of a go.mod which has it."""
    parts = path.split("/")
    if "vendor" in parts:
        return "it is Go's copy of another module's"
    if "internal" in parts:
        return "it is internal"
    env = {**storage.scratch(chain.env, folder.parent), "GOWORK": "off"}
    command: list[str | Path] = [chain.go, "list", "-e", "-find", "-mod=mod", "-f", "{{.Name}}", "--", path]
    ended = process.run(command, cwd=folder, env=env, seconds=_LIST_SECONDS)
    name = ended.out.split()[-1:]
    return {("main",): "it is a program", (): "there is no such package"}.get((*name,), "")


def files(modules: Sequence[str], chain: Toolchain) -> tuple[str, str]:
    """The go.mod and the go.sum of a cell that can import these. Raises GoBuildError where Go cannot get them."""
    if not modules:
        return _go_mod(chain), ""
    key = inputs.key_of(modules)
    kept = cache.find(key)
    if kept is None:
        with cache.workplace() as place:
            folder = _get(modules, {}, place / "modules", chain)
            _list_packages(modules, folder, chain)
            kept = cache.keep(key, folder)
    return (kept / "go.mod").read_text(encoding="utf-8"), (kept / "go.sum").read_text(encoding="utf-8")


def _list_packages(modules: Sequence[str], folder: Path, chain: Toolchain) -> None:
    """Write beside a go.mod which packages these modules have to be imported: path, tab, name."""
    env = {**storage.scratch(chain.env, folder.parent), "GOWORK": "off"}
    patterns = [f"{workspace.path_of(module)}/..." for module in modules]
    form = '{{if ne .Name "main"}}{{.ImportPath}}\t{{.Name}}{{end}}'
    # What an earlier `go get` has left out of go.sum, it adds.
    command: list[str | Path] = [chain.go, "list", "-e", "-mod=mod", "-f", form, "--", *patterns]
    ended = process.run(command, cwd=folder, env=env, seconds=_LIST_SECONDS)
    rows = [row for row in ended.out.splitlines() if re.fullmatch(r"[^\s:]+\t\w+", row)]
    found = [row for row in rows if not re.search(r"(^|/)(internal|vendor|testdata)(/|\t)", row)]
    (folder / inputs.OFFERED).write_text("".join(f"{row}\n" for row in found), encoding="utf-8")


def _go_mod(chain: Toolchain, required: Mapping[str, str] = MappingProxyType({})) -> str:
    lines = "".join(f"require {path} {version}\n" for path, version in required.items())
    return f"module {workspace.CELL_MODULE}\n\ngo {toolchain.language(chain)}\n{lines}"


def _get(words: Sequence[str], required: Mapping[str, str], folder: Path, chain: Toolchain) -> Path:
    """The folder, new and with a go.mod that has these modules at these versions or newer, and what `words` ask for."""
    folder.mkdir()
    (folder / "go.mod").write_text(_go_mod(chain, required))
    (folder / "go.sum").touch()
    env = {**storage.scratch(chain.env, folder.parent), "GOWORK": "off"}
    command = [str(chain.go), "get", "--", *words]
    ended = process.run(command, cwd=folder, env=env, seconds=toolchain.BUILD_SECONDS)
    if ended.timed_out or ended.code:
        raise _failure(words[-1], ended, folder, chain)
    return folder


def _failure(asked: str, ended: process.Ended, folder: Path, chain: Toolchain) -> GoBuildError:
    lines = [line.removeprefix("go: ") for line in ended.out.splitlines() if not line.startswith("go: downloading ")]
    said = " ".join(line.strip() for line in lines) or f"`go get` was ended: {ended.manner}"
    if ended.timed_out:
        said = f"it did not end within {toolchain.BUILD_SECONDS // 60} minutes"
    if match := re.search(r"of (?:standard library package (\S+)|standard-library module)", said):
        return _of_gos_own(match[1] or asked.partition("@")[0], asked, chain)
    if found := _cure(said, asked, folder, chain):
        return GoBuildError(f"%go get: {said}", note=found[0], hint=found[1])
    return GoBuildError(f"%go get: `{asked}` cannot be added: {said}", hint="run `%go doctor`")


def _cure(said: str, asked: str, folder: Path, chain: Toolchain) -> tuple[str, str] | None:
    if re.search(_IS_NO_VERSION, said):
        return _where_else(asked, folder, chain)
    for pattern, note, hint in _CURES:
        if match := re.search(pattern, said):
            return note, match.expand(hint)
    return _where_else(asked, folder, chain) if re.search(_IS_NOWHERE, said) else None


def _where_else(asked: str, folder: Path, chain: Toolchain) -> tuple[str, str]:
    """The note and the hint for a module that is not where Go looks for it, or not in the version asked for."""
    path, _, version = asked.partition("@")
    env = {**storage.scratch(chain.env, folder.parent), "GOWORK": "off"}
    for owner in [path, *map(str, PurePosixPath(path).parents)] if version else []:
        command: list[str | Path] = [chain.go, "list", "-m", "-versions", "-mod=mod", "--", owner]
        ended = process.run(command, cwd=folder, env=env, seconds=_LIST_SECONDS) if owner != "." else None
        there = ended.out.splitlines()[-1].split()[1:] if ended and not ended.code else []
        if there:
            newest = f"{'…, ' * (len(there) > _SHOWN)}{', '.join(there[-_SHOWN:])}"
            return f"its versions are {newest}", f"run `%go get {path}@{there[-1]}`"
    note = "there is no such module where Go looks for it; https://pkg.go.dev finds those of others by a word"
    return note, "correct the path: it is how its go.mod calls it"


def _required(folder: Path) -> dict[str, str]:
    """What a go.mod requires: path -> version."""
    lines = workspace.directives((folder / "go.mod").read_text(encoding="utf-8"))
    return {words[1]: words[2] for words in lines if words[0] == "require" and len(words) > 2}


def _is_lower(version: str, than: str) -> bool:
    return workspace.version(version) < workspace.version(than)
