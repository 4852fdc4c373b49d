"""Go's linker, which reads packages while the cell that imports them is still being compiled.

To read what a library consists of, runtime above all, takes Go's linker a third of its time, and is the same for each
cell with the same imports; but it begins only when the cell is compiled. Here it is compiled from the source that comes
with Go, with three places changed (`_CHANGED`, `_FIRST_HALF`) and two files added (golib/golink/_added): it can be
started early, with the build or before it (`standby`), is told of the packages, and waits for the word that the cell is
there. The last command of the link, which `hostlink` runs, it leaves alone, and the trial programs before that.
Measured for a cell of one line: 0.05 s from that word on instead of 0.08 s, and before it beside the compiler.

It makes the same of a cell as Go's own linker, but for the order of data and the names of constants that several
packages have. Where Go comes without that source, or with one that is not known, Go's own does it all, as it does
where this one fails. It is compiled while the reader reads (`warmup`), once for each Go: 12 s
of a processor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path

from gomagic.build import cache, inputs, process, toolchain, tools, workspace
from gomagic.build.toolchain import Toolchain

_NAME = "link"
_PACKAGE = "cmd/link"
_AHEAD = "GOMAGIC_LINK_AHEAD"  # as golib/golink/_added/ld.go has it, and what it says last
DONE = "linked\n"
IDENTITY = "-buildid="  # in a command of Go's linker
_OURS = workspace.GOMAGIC / "golib" / "golink" / "_added"
_LINKS, _LOADS = "cmd/link/internal/ld", "cmd/link/internal/loader"
_ADDED = {f"{_LINKS}/gomagic.go": "ld.go", f"{_LOADS}/gomagic.go": "loader.go"}
# What stands in the linker's own files, each once, and what is put there: where it begins to read, its last command,
# and the first half of how it finds out what the packages define.
_READS = "\ti := {}\n\tfor ; i < len(ctxt.Library); i++ {{\n"
_ENDS = "func (ctxt *Link) hostlink() {\n"
_CHANGED = {
    f"{_LINKS}/lib.go": {
        _READS.format("0"): _READS.format("ctxt.readAhead()"),
        _ENDS: f"{_ENDS}\tif ctxt.leavesHostLink() {{\n\t\treturn\n\t}}\n",
    }
}
_DEFINES = re.compile(r"^func \(l \*Loader\) LoadSyms\(.*?^}\n", re.M | re.S)
_FIRST_HALF = re.compile(r"^\tvar symSize, .*?(?=^\tfor _, vr := )", re.M | re.S)
# The function whose first half golib/golink/_added/loader.go does, as Go 1.25 to 1.27 have it.
_DEFINING = {"74beecb7fda8ed6a53db776b394ff74c767288a3e57d85afb4f37b08c741733c"}


def kept(chain: Toolchain) -> Path | None:
    """The linker that was compiled for this Go, if there is one."""
    found = cache.find(_key(chain))
    return found / _NAME if found and (found / _NAME).exists() else None


def build(chain: Toolchain) -> None:
    """Compile it, if that was not done or tried before."""
    if cache.find(_key(chain)):
        return
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        if not toolchain.beyond(chain) and (overlay := _overlay(chain, place)):
            _compile(chain, overlay, made / _NAME, place)
        cache.keep(_key(chain), made)


def _compile(chain: Toolchain, overlay: Path, made: Path, place: Path) -> None:
    words = ["build", f"-overlay={overlay}", "-o", str(made), _PACKAGE]
    tools.build(chain, place, words, GOEXPERIMENT="")  # what fails has made nothing


def _overlay(chain: Toolchain, place: Path) -> Path | None:
    """The file that tells Go what to compile in place of the linker's own files; None if one of them is not known."""
    sources = Path(toolchain.check(chain)["GOROOT"], "src")
    files = {str(sources / theirs): str(_OURS / name) for theirs, name in _ADDED.items()}
    try:
        texts = {name: (sources / name).read_text(encoding="utf-8") for name in (*_CHANGED, f"{_LOADS}/loader.go")}
    except (OSError, UnicodeDecodeError):
        return None
    for name, changes in _CHANGED.items():
        for old, new in changes.items():
            if texts[name].count(old) != 1:
                return None
            texts[name] = texts[name].replace(old, new)
    defines = _DEFINES.findall(texts[f"{_LOADS}/loader.go"])
    if [hashlib.sha256(each.encode()).hexdigest() in _DEFINING for each in defines] != [True]:
        return None
    changed = _FIRST_HALF.sub("\tst := l.define()\n", defines[0])
    texts[f"{_LOADS}/loader.go"] = texts[f"{_LOADS}/loader.go"].replace(defines[0], changed)
    for name, text in texts.items():
        ours = place / Path(name).name
        ours.write_text(text, encoding="utf-8")
        files[str(sources / name)] = str(ours)
    return tools.overlay(place, files)


def waiting(
    linker: Path, words: Sequence[str], packages: Iterable[str], work: Path, env: Mapping[str, str]
) -> AbstractContextManager[process.Waiting]:
    """Start to link as `words` say, which are for Go's own: it reads these packages and waits. Raises OSError."""
    return process.waiting([linker, *words[1:]], cwd=work, env={**env, _AHEAD: " ".join(packages)})


def config(words: Sequence[str]) -> str:
    """The file that tells where packages are, in a command of Go's linker."""
    return words[words.index("-importcfg") + 1]


def word(words: Sequence[str]) -> str:
    """What a linker is told that has begun with another cell's command: what is different in this one."""
    flags = [f"importcfg={config(words)}", *(each[1:] for each in words if each.startswith(IDENTITY))]
    return "\0".join(flags)


def _key(chain: Toolchain) -> str:
    answer = toolchain.check(chain)
    return inputs.hashed(
        ["golink", inputs.itself(), *_texts(), answer["GOROOT"], answer["GOVERSION"], answer["GOARCH"]]
    )


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    return tuple((_OURS / name).read_text(encoding="utf-8") for name in _ADDED.values())
