"""The commands of one `go build`, run again for the next cell: half of a build is Go finding out what to do.

`go build -x` prints how it compiles and links a cell. A later cell with the same imports, flags and toolchain is
compiled and linked by the same commands: a plain cell by two, one with `import "C"` by some nine, of which those that
compile C run side by side. Whatever surprises, an empty build cache, a compiler that has something to say, a cell that
does not compile, is left to `go build`, which finds its way and explains; so is a cell with `-f`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path

from gomagic.build import archive, cache, golink, hostlink, libc, linker, process, standby
from gomagic.build.toolchain import Toolchain
from gomagic.source.record import Record

FILE = "recipe.json"
SAID = "-v"  # by this flag the linker says how it links
_SECONDS = 120
# Compiler and linker are gone before their garbage is in anybody's way: a tenth less work. The limit is for the largest
# programs.
_CALM = {"GOGC": "800", "GOMEMLIMIT": "512MiB"}
_SHELL = "/bin/sh"
_LINKED = "importcfg.link"
_JOINED = "importcfg.joined"
_LINKS, _JOINS = f"$WORK/b001/{_LINKED}", f"$WORK/b001/{_JOINED}"
_PACKAGE = "_pkg_.a"
_TEXT = re.compile(r"^cat >([^\n]+) << 'EOF'.*?\n(.*?)^EOF$", re.M | re.S)
# What a build consists of, by the tools that Go calls: of a plain cell, and of one with import "C" below its main.
_SHAPES = re.compile(r"compile link|cgo( object)+ trial dynimport compile pack compile link")
# What Go and its linker print that is no word of a tool's to the reader.
_NOTHING = re.compile(
    r"WORK=|mkdir -p |cd |mv |rm -rf |cp .* # internal$|go tool .* # internal$|.* # test for internal linking errors"
    r"|# \S+$|build mode: |HEADER = |host obj copy: |host link: |\s*\d+ (symbols|package symbols|liveness data)|$"
)


class Step(Record):
    """A command: `$WORK` is the build's own folder, `$SOURCE` that of the cell's text, `$PLACE` the one above.

    tool: compile, link, cgo or pack; dynimport, cgo's other use; object and trial, the C compiler's. folder: where it
    is run. environment: what it is given besides.
    """

    tool: str
    folder: str
    environment: dict[str, str]
    words: list[str]


@dataclass(frozen=True)
class Recipe:
    """How one cell was built.

    configs: the files that tell the tools where packages are, by their names. host: the last command of the link, which
    Go's linker gave; empty where it is not known. last: what that runs; empty, too. joined: what `hostlink` has made of
    packages, by its keys. libc: the key of the C library for that; empty where the whole one is taken.
    """

    steps: list[Step]
    configs: dict[str, str]
    host: list[str]
    last: list[str]
    joined: dict[str, str]
    libc: str = ""


class Done(Record):
    """What came of a build. out: what the tools have printed. command: what was run.

    warnings: what of that is for the reader. key: under what the build is kept, if that was found out on the way.
    """

    out: str
    command: str
    warnings: str = ""
    key: str = ""


def read(trace: str, source: Path) -> Recipe | None:
    """The recipe in what `go build -x` has printed of the package in `source`.

    None if it built more than the cell, or in another way.
    """
    work = re.search(r"^WORK=(.+)$", trace, re.M)
    if not work:
        return None
    texts = {name.replace(work[1], "$WORK"): text.replace(work[1], "$WORK") for name, text in _TEXT.findall(trace)}
    steps = [*_steps(_TEXT.sub("", trace), work[1], source)]
    own = {package.removeprefix("$WORK/").removesuffix(f"/{_PACKAGE}") for package in _made(steps)}
    words = [word for step in steps for word in step.words]
    named = re.findall(r"\$WORK/(b\d+)", " ".join([*words, *texts.values()]))
    is_known = _SHAPES.fullmatch(" ".join(step.tool for step in steps)) and set(named) == own
    # A package that is compiled for the first time, as golib/bridge for these flags, is compiled where it lies.
    is_known = is_known and all(step.folder.startswith("$") for step in steps)
    needed = {f"$WORK/{folder}/importcfg" for folder in own} | {_LINKS}
    if not is_known or texts.keys() != needed:
        return None
    return Recipe(steps, texts, hostlink.command(trace), [], {})


def _made(steps: Sequence[Step]) -> list[str]:
    """The archives of the packages that are compiled."""
    words = [word for step in steps if step.tool == "compile" for word in step.words]
    return sorted({word for word in words if word.endswith(f"/{_PACKAGE}")})


def _steps(trace: str, work: str, source: Path) -> Iterator[Step]:
    folder = "$SOURCE"
    for line in trace.splitlines():
        if line.startswith("cd "):
            folder = _placed(line[3:], work, source)  # never quoted
        words, environment = _words(line)
        if tool := _tool(words, environment):
            words = [_placed(word, work, source) for word in words if word not in (SAID, "#", "internal")]
            yield Step(tool, folder, environment, words)


def _words(line: str) -> tuple[list[str], dict[str, str]]:
    """The words of a line that can be a command, and what it adds to the environment."""
    try:
        words = shlex.split(line) if re.match(r"[A-Z_]+=|/|'/|go tool ", line) else []
    except ValueError:
        words = []
    environment = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    return words[len(environment) :], environment


def _placed(word: str, work: str, source: Path) -> str:
    # Where the folder's name has to be quoted, Go leaves its files' names as they are.
    if word.startswith(f"{source}/"):
        return f"./{word[len(str(source)) + 1 :]}"
    return word.replace(work, "$WORK").replace(str(source), "$SOURCE").replace(str(source.parent), "$PLACE")


def _tool(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a command does, "" if it is none, or does nothing that counts here."""
    first = Path(words[0]).name if words else ""
    if words[:3] == ["go", "tool", "pack"]:
        return "pack"
    if first == "cgo":
        return "dynimport" if "-dynimport" in words else "cgo"
    if environment.get("TERM") == "dumb":  # so the C compiler is called, whatever its name is
        return "object" if "-c" in words else "trial"
    return first if re.search(r"/(compile|link|asm)$", words[0] if words else "") else ""


def said(trace: str) -> str:
    """What stands in what `go build -x` has printed beside its commands, and beside how the linker links."""
    lines = _TEXT.sub("", trace).splitlines(keepends=True)
    return "".join(line for line in lines if not (_NOTHING.match(line) or _tool(*_words(line))))


def has_linked(trace: str) -> bool:
    """Whether what `go build -x` has printed goes as far as the linker: the cell has compiled then."""
    return bool(re.search(r"^(?:\w+='?\S*'? )*\S+/link .*-o \S+", trace, re.M))


def keep(key: str, trace: str, source: Path, library: Path, env: Mapping[str, str]) -> Path | None:
    """Keep the recipe in what `go build -x` has printed of the package in `source`, if there is one, under a key.

    library: what was built. `hostlink` makes what it can of the packages. Returns where the recipe is kept.
    """
    recipe = read(trace, source)
    if recipe is None:
        return None
    with cache.workplace() as place:
        if recipe.host:
            linking = recipe.steps[-1].words
            recipe.joined.update(hostlink.join(recipe.configs[_LINKS], linking, place, env))
            recipe.last.extend(hostlink.last(recipe.host, linking, place, env))
            recipe = replace(recipe, libc=hostlink.make_lean(linking, recipe.last, library, place, env))
        made = place / "recipe"
        made.mkdir()
        (made / FILE).write_text(json.dumps(asdict(recipe)), encoding="utf-8")
        return cache.keep(key, made)


class Start(contextlib.ExitStack):
    """A build of the package in `source` that has begun; what still runs when it is left is ended."""

    def __init__(self, source: Path, chain: Toolchain, env: Mapping[str, str], *, is_plain: bool = False):
        super().__init__()
        self._source, self._chain, self._env = source, chain, {**_CALM, **env}
        self._laid: _Laid | None = None
        self._is_plain = is_plain

    def guess(self, folder: Path | None) -> None:
        """Begin by the recipe kept in `folder`, which is likely to be the right one: Go's linker can read packages.

        One that waits has done so.
        """
        if self._is_plain and standby.is_there():
            return
        with contextlib.suppress(OSError, ValueError):  # it was removed
            if folder and (laid := _lay_out(folder, self._source)):
                self._laid = laid
                self._begin(laid)

    def follow(self, folder: Path | None, library: Path, key: Callable[[], str]) -> Done | None:
        """Build by the recipe kept in `folder`. None without one, or if one of its steps fails.

        key: finds out whether the reader's files are as they were. It may be called while Go's linker runs: what that
        reads lies in Go's cache, under names that follow from what is in it. If this gives None, they are read once
        more.
        """
        if folder is None:
            return None
        laid, begin = self._laid, None
        if not laid or laid.folder != folder:  # nothing was guessed, or not rightly
            self.close()
            if not (laid := _lay_out(folder, self._source, self._waiting)):
                return None  # what it needs is made anew with the recipe
            begin = None if laid.waiting else partial(self._begin, laid)
        *making, linking = laid.steps
        ended = _run([step for step in making if step.tool != "pack"], self._env, begin)
        if ended.code:
            return None
        for step in making:
            if step.tool == "pack":
                _, _, _, _, packed, *objects = step.words  # go tool pack r …
                archive.append(Path(packed), [Path(each) for each in objects])
        keys: list[str] = []
        linked = self._link(laid, lambda: keys.append(key()))
        if linked.code:
            return None
        (Path(linking.folder) / "a.out").rename(library)
        if laid.quick and (kind := self._kind(laid.recipe)):
            standby.learn(kind, laid.ready)
        commands = "\n".join(shlex.join(step[-1]) for step in laid.recipe.steps)
        return Done(ended.out + linked.out, commands, key="".join(keys))

    def let_wait(self, folder: Path | None) -> None:
        """Let a linker wait for the next build, which needs no less than one by the recipe kept in `folder`, if any."""
        known = _known(folder) if folder else None
        if known and (kind := self._kind(known[0])):
            standby.begin(kind, known[2])

    def _begin(self, laid: _Laid) -> None:
        """Start the linker of Go's that reads packages before it is given the word, if there is one."""
        if laid.quick and (program := self._program):
            with contextlib.suppress(OSError):
                env = {**self._env, **laid.steps[-1].environment}
                laid.waiting = self.enter_context(golink.waiting(program, laid.quick, laid.ready, laid.place, env))

    @cached_property
    def _program(self) -> Path | None:
        return golink.kept(self._chain)

    def _waiting(self, recipe: Recipe, ready: Mapping[str, str]) -> standby.Linker | None:
        """The linker that waits since the last build, if it is right for this one, too."""
        kind = self._kind(recipe)
        linker = standby.take(kind, ready) if kind else None
        if linker:
            self.push(linker.held)
        return linker

    def _kind(self, recipe: Recipe) -> standby.Kind | None:
        """The kind of linker that can wait for the next cell, if one can."""
        _, folder, given, linking = recipe.steps[-1]
        words = _of_joined(linking)
        program = self._program if self._is_plain else None
        if not program or any("$SOURCE" in word or "$PLACE" in word for word in words):
            return None
        return standby.kind(program, {**_CALM, **self._chain.env, **given}, folder, words)

    def _link(self, laid: _Laid, meanwhile: Callable[[], object]) -> process.Ended:
        """Link to `a.out` in the step's folder, in the quick way if it is open."""
        recipe, step, place = laid.recipe, laid.steps[-1], laid.place
        env = {**self._env, **step.environment}
        if laid.quick:
            ended = None
            if laid.waiting:
                ended = laid.waiting.finish(laid.word, done=golink.DONE, seconds=_SECONDS, meanwhile=meanwhile)
            if not ended or ended.code:
                ended = process.run(laid.quick, cwd=place, env=env, seconds=_SECONDS, meanwhile=meanwhile)
            if not ended.code:
                made = b"".join(Path(package).read_bytes() for package in _made(laid.steps))
                last = recipe.last if linker.is_first(recipe.last, env) else []
                ways, identity = [last, recipe.host], hashlib.sha1(made).hexdigest()
                lean = laid.lean if last else None
                if linked := hostlink.link(step.words, ways, identity, place, env, lean=lean):
                    return linked
        return process.run(step.words, cwd=place, env=env, seconds=_SECONDS)


@dataclass
class _Laid:
    """A recipe with all its files in a folder to work in.

    quick: the command of Go's linker by what `hostlink` has made, without the last one of the link; empty where that
    cannot be. ready: the packages that are compiled already, and their files. lean: the C library for the last command,
    if there is one. waiting: the linker that has read packages, or does so now. word: what it is told.
    """

    folder: Path
    recipe: Recipe
    steps: list[Step]
    quick: Sequence[str]
    ready: Mapping[str, str]
    lean: Path | None
    waiting: process.Waiting | None = None
    word: str = ""

    @property
    def place(self) -> Path:
        """Where it is linked."""
        return Path(self.steps[-1].folder)


def _lay_out(
    folder: Path,
    source: Path,
    take: Callable[[Recipe, Mapping[str, str]], standby.Linker | None] = lambda recipe, ready: None,
) -> _Laid | None:
    """Read the recipe in `folder` and write what its tools are told of; None if not all is there that it needs.

    take: gives the linker that waits, if one does that is right for the recipe and its packages that are compiled.
    """
    known = _known(folder)
    if not known:
        return None
    recipe, joined, ready = known
    lean = libc.find(recipe.libc) if recipe.libc else None
    if recipe.libc and not lean:
        return None
    waits = take(recipe, ready) if recipe.joined and recipe.host else None
    work = str(waits.work) if waits else tempfile.mkdtemp(dir=source.parent)  # which is removed with the workplace

    def placed(text: str) -> str:
        return text.replace("$WORK", work).replace("$SOURCE", str(source)).replace("$PLACE", str(source.parent))

    for name, text in {**recipe.configs, _JOINS: joined}.items():
        Path(placed(name)).parent.mkdir(exist_ok=True)
        Path(placed(name)).write_text(placed(text), encoding="utf-8")
    steps = [
        Step(tool, placed(place), given, [placed(word) for word in words]) for tool, place, given, words in recipe.steps
    ]
    linking, quick = steps[-1], None
    Path(linking.folder).mkdir(exist_ok=True)
    if recipe.joined and recipe.host:
        quick = hostlink.beginning(_of_joined(linking.words), Path(linking.folder))
    laid = _Laid(folder, recipe, steps, quick or (), ready, lean)
    if waits and quick:
        laid.waiting, laid.word = waits.waiting, golink.word(quick)
    return laid


def _known(folder: Path) -> tuple[Recipe, str, dict[str, str]] | None:
    """The recipe in `folder`, where its packages are once `hostlink` has joined them, and those that are compiled."""
    recipe = Recipe(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    joined = hostlink.joined(recipe.configs[_LINKS], recipe.joined)
    if joined is None:
        return None
    return recipe, joined, {name: file for name, file in hostlink.packages(joined) if not file.startswith("$WORK")}


def _of_joined(linking: Sequence[str]) -> list[str]:
    """The command of Go's linker for the packages that `hostlink` has joined."""
    return [word.replace(f"/{_LINKED}", f"/{_JOINED}") for word in linking]


def _run(steps: Sequence[Step], env: Mapping[str, str], meanwhile: Callable[[], object] | None) -> process.Ended:
    """Run commands one after the other until one fails, those that make objects side by side."""
    if len(steps) == 1:
        [step] = steps
        env = {**env, **step.environment}
        return process.run(step.words, cwd=step.folder, env=env, seconds=_SECONDS, meanwhile=meanwhile)
    lines = ["set -e"]
    for tool, group in groupby(steps, key=lambda step: step.tool):
        for number, step in enumerate(group):
            given = [f"{name}={shlex.quote(value)}" for name, value in step.environment.items()]
            words = " ".join([f"cd {shlex.quote(step.folder)};", *given, shlex.join(step.words)])
            lines.append(f"({words}) & p{number}=$!" if tool == "object" else words)
        if tool == "object":
            lines += [*(f"wait $p{each} || failed=1" for each in range(number + 1)), 'test -z "$failed"']
    return process.run([_SHELL, "-c", "\n".join(lines)], env=env, seconds=_SECONDS, meanwhile=meanwhile)
