"""What `%go` can be asked, and what it says to what it does not know."""

import pytest

import gomagic
from gomagic.bind import crash
from gomagic.build import toolchain
from gomagic.errors import GoBuildError
from gomagic.notebook import commands
from gomagic.notebook.kernel import Kernel, Library
from gomagic.source import cell


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("", "%go needs a command", "it knows clean, doctor, env, header, libs, postmortem, source, symbols, version"),
        ("verison", "%go: unknown command `verison`", "did you mean `%go version`?"),
        ("symbols", "%go: `symbols` needs the name of a Go cell", None),
        ("version now", "%go: `version now` is not understood", "write `%go version`"),
    ],
)
def test_what_is_not_understood_is_cured(line, what, hint):
    with pytest.raises(GoBuildError) as caught:
        commands.run(line, Kernel())
    assert str(caught.value).split("\n")[0] == what
    assert hint is None or caught.value.hint == hint


@pytest.mark.parametrize("command", ["header", "symbols"])
def test_a_plain_cell_has_no_c_header(command, tmp_path):
    kernel = Kernel()
    kernel.hold(Library(cell.parse("lib", "func F() {}\n"), tmp_path / "cell.so", object()))
    with pytest.raises(GoBuildError, match=f"%go {command}: `lib` is plain Go"):
        commands.run(f"{command} lib", kernel)


def test_a_cell_at_the_boundary_has_no_generated_source(add, tmp_path):
    kernel = Kernel()
    kernel.hold(Library(cell.parse("lib", add), tmp_path / "cell.so", object()))
    with pytest.raises(GoBuildError, match='`lib` imports "C", so nothing is generated for it'):
        commands.run("source lib", kernel)


def test_version_names_gomagic_go_and_the_c_compiler(capsys):
    commands.run("version", Kernel())
    chain = toolchain.find()
    go = toolchain.check(chain)["GOVERSION"]
    assert capsys.readouterr().out == f"gomagic {gomagic.__version__}, {go}, C compiler `{' '.join(chain.cc)}`\n"


def test_env_names_what_decides_where_things_are(capsys, own_cache):
    commands.run("env", Kernel())
    rows = dict(
        line.split(maxsplit=1) for line in capsys.readouterr().out.replace("gomagic cache", "cache").splitlines()
    )
    assert rows["cache"] == str(own_cache)
    assert {"go", "CC", "GOROOT", "GOCACHE", "GOMODCACHE"} <= rows.keys()


def test_without_a_death_there_is_nothing_to_tell(capsys, monkeypatch):
    monkeypatch.setattr(crash, "latest", lambda: None)
    commands.run("postmortem", Kernel())
    assert capsys.readouterr().out == "no kernel has died with a Go trace\n"
