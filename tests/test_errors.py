import copy
import pickle

import pytest

from gomagic.errors import Fault, GoBuildError, GoRunError, GoToolchainError


def test_a_fault_shows_its_line_with_a_caret_and_the_cure():
    fault = Fault("cell[7]:4:16", "undefined: x", "    return 1 + x", 16, hint="declare it")
    assert str(GoBuildError("cell[7] does not compile", (fault,))) == (
        "cell[7] does not compile\n"
        "  cell[7]:4:16: undefined: x\n"
        "      4 |     return 1 + x\n"
        "        |                ^\n"
        "  hint: declare it"
    )


def test_the_caret_stands_under_its_word_behind_tabs():
    lines = Fault("cell[1]:2:3", "bad", "\t\tx", 3).layout()
    assert lines[1].index("x") == lines[2].index("^")


def test_many_faults_are_cut_and_counted():
    error = GoBuildError("bad", tuple(Fault("", f"fault {n}") for n in range(8)))
    assert str(error).splitlines()[-1] == "  and 3 more"


def test_where_is_the_first_fault():
    assert GoBuildError("bad", (Fault("cell[1]:2:3", "x"), Fault("cell[1]:9:9", "y"))).where == "cell[1]:2:3"
    assert GoBuildError("bad").where == ""


def test_ipython_shows_the_message_and_no_traceback():
    shown = GoToolchainError("no `go`", note="why", hint="do this")._render_traceback_()
    assert shown == ["GoToolchainError: no `go`", "  note: why", "  hint: do this"]


@pytest.mark.parametrize(
    "error",
    [
        GoBuildError("bad", (Fault("cell[1]:2:3", "x", "line", 3),), hint="h"),
        GoToolchainError("bad", note="n"),
        GoRunError("bad", 3, hint="h"),
    ],
)
def test_errors_survive_pickle_and_copy(error):
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert twin.__dict__ == error.__dict__
