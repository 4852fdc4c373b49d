"""The commands of one `go build`, run again for the next cell: half of a build is Go finding out what to do.

`go build -x` prints how it compiles and links a plain cell. A later cell with the same imports, flags and toolchain is
compiled and linked by the same two commands. Whatever surprises, an empty build cache or a cell that does not compile,
is left to `go build`, which finds its way and explains.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gomagic.build import hostlink, process

FILE = "recipe.json"
SAID = "-v"  # by this flag the linker says how it links
_SECONDS = 120
_LINKED = "importcfg.link"
_JOINED = "importcfg.joined"
_CONFIG = re.compile(r"^cat >([^\n]+)/b001/(importcfg(?:\.link)?) << 'EOF'.*?\n(.*?)^EOF$", re.M | re.S)


@dataclass(frozen=True)
class Recipe:
    """How one cell was built, with `$WORK` for the build's own folder.

    compile, link: the words of the commands. environment: what the linker is given besides. configs: file -> text.
    host: the last command of the link, which Go's linker gave; empty where it is not known. joined: what `hostlink` has
    made of packages, by its keys.
    """

    compile: list[str]
    link: list[str]
    environment: dict[str, str]
    configs: dict[str, str]
    host: list[str]
    joined: dict[str, str]


def read(trace: str, source: Path) -> Recipe | None:
    """The recipe in what `go build -x` has printed of the package in `source`.

    None if it built more than the cell, or in another way.
    """
    work = re.search(r"^WORK=(.+)$", trace, re.M)
    commands = [
        shlex.split(line) for line in trace.splitlines() if re.match(r"(\w+='?\S*'? )*\S+/(compile|link) ", line)
    ]
    if not work or len(commands) != 2:
        return None
    environment = dict(word.split("=", 1) for word in commands[1] if re.match(r"[A-Z]+=", word))
    compiling, linking = commands[0], commands[1][len(environment) :]
    configs = {name: text for _, name, text in _CONFIG.findall(trace)}
    text = " ".join([*compiling, *linking, *configs.values()]).replace(work[1], "$WORK")
    if len(configs) != 2 or "-embedcfg" in compiling or re.search(r"\$WORK/b(?!001)", text):
        return None
    if not compiling[0].endswith("compile") or not linking[0].endswith("link"):
        return None
    link = [word.replace(work[1], "$WORK") for word in linking if word != SAID]
    # Where the folder's name has to be quoted, Go leaves its files' names as they are.
    compile = [word.replace(work[1], "$WORK").replace(f"{source}/", "./") for word in compiling]
    return Recipe(compile, link, environment, configs, hostlink.command(trace), {})


def has_linked(trace: str) -> bool:
    """Whether what `go build -x` has printed goes as far as the linker: the cell has compiled then."""
    return bool(re.search(r"^(?:\w+='?\S*'? )*\S+/link .*-o \S+", trace, re.M))


def write(recipe: Recipe, folder: Path, env: Mapping[str, str]) -> None:
    """Write it to `folder`, and have `hostlink` make what it can of the packages."""
    if recipe.host:
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:
            recipe.joined.update(hostlink.join(recipe.configs[_LINKED], recipe.link, Path(place), env))
    (folder / FILE).write_text(json.dumps(asdict(recipe)), encoding="utf-8")


def follow(folder: Path | None, source: Path, library: Path, env: Mapping[str, str]) -> tuple[str, str] | None:
    """Build the package in `source` by the recipe kept in `folder`.

    Returns what the compiler has printed, and the commands; None without a recipe, or if one of them fails.
    """
    if folder is None:
        return None
    recipe = Recipe(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    work = tempfile.mkdtemp(dir=source.parent)  # which is removed with the workplace
    place = Path(work) / "b001"
    (place / "exe").mkdir(parents=True)
    joined = hostlink.joined(recipe.configs[_LINKED], recipe.joined)
    if joined is None:
        return None  # it is made anew with the recipe
    for name, text in {**recipe.configs, _JOINED: joined}.items():
        (place / name).write_text(text.replace("$WORK", work), encoding="utf-8")
    compiling = [word.replace("$WORK", work) for word in recipe.compile]
    compiled = process.run(compiling, cwd=source, env=env, seconds=_SECONDS)
    if compiled.code:
        return None
    linking = [word.replace("$WORK", work) for word in recipe.link]
    if not _link(recipe, linking, place / "exe", {**env, **recipe.environment}):
        return None
    (place / "exe" / "a.out").rename(library)
    return compiled.out, f"{shlex.join(recipe.compile)}\n{shlex.join(recipe.link)}"


def _link(recipe: Recipe, words: list[str], work: Path, env: Mapping[str, str]) -> bool:
    """Link in the folder `work` to `a.out`, in the quick way if it is open."""
    if recipe.joined:
        identity = hashlib.sha1((work.parent / "_pkg_.a").read_bytes()).hexdigest()
        own = [word.replace(f"/{_LINKED}", f"/{_JOINED}") for word in words]
        if hostlink.link(own, recipe.host, identity, work, env):
            return True
    return not process.run(words, cwd=work, env=env, seconds=_SECONDS).code
