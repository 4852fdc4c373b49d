"""Tracebacks in a notebook: the reader's lines and Go's, and none of gomagic's own."""

import re

import pytest

from gomagic.notebook import tracebacks

SOURCE = """
type Series []float64
func (s Series) At(i int) float64 { return s[i] }
func Load() Series { return Series{1} }
func Half(x float64) float64 { panic("no") }
type Reader struct{}
func (Reader) Read(p []byte) (int, error) { return 0, errors.New("torn") }
func Open() io.Reader { return Reader{} }
func Slow(ctx context.Context) error { return errors.New("slow") }
var Limit int
"""


@pytest.fixture(scope="module")
def go(interactive_shell):
    interactive_shell.run_cell_magic("go", "torn", SOURCE)
    return interactive_shell.user_ns["torn"]


@pytest.fixture
def shown(interactive_shell, go, capsys):
    """`shown(line)` is what IPython prints of the exception that a line raises."""

    def run(line, mode="Context"):
        interactive_shell.run_line_magic("xmode", mode)
        capsys.readouterr()
        try:
            ran = interactive_shell.run_cell(line)
            assert ran.error_in_exec
            return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
        finally:
            interactive_shell.run_line_magic("xmode", "Context")

    return run


@pytest.mark.parametrize(
    "line, told",
    [
        ("torn.Nope", "has no `Nope`"),
        ("torn.Load = 3", "cannot be set"),
        ("del torn.Load", "cannot be deleted"),
        ("torn.Limit = 'x'", "`value` is str, Go wants int"),
        ("torn.Load().At('x')", "`i` is str, Go wants int"),
        ("torn.Open().read()", "GoError: torn"),
        ("import gomagic; gomagic.map(torn.Half, ['x'])", "`x[0]` is str"),
        ("import gomagic; gomagic.chan(int, -1)", "there cannot be room for -1"),
        ("import gomagic; await gomagic.aio(torn.Slow)", "GoError: slow"),
    ],
)
def test_of_gomagic_there_is_no_line(shown, line, told):
    text = shown(line)
    assert told in text and line.split("; ")[-1] in text
    assert tracebacks._OURS not in text and "site-packages" not in text


def test_a_call_that_the_interpreter_has_specialized_is_one_too(shown):
    assert tracebacks._OURS not in shown("for i in range(99): torn.Limit = i\ntorn.Limit = 'x'")


@pytest.mark.parametrize("line", ["torn.Load().At(3)", "import gomagic, numpy; gomagic.map(torn.Half, numpy.ones(2))"])
def test_gos_own_lines_stay(shown, line):
    text = shown(line)
    assert "GoPanic" in text and ("{ panic(" in text or "return s[i]" in text)
    assert tracebacks._OURS not in text


def test_who_wants_it_all_gets_it_all(shown):
    text = shown("torn.Nope", mode="Verbose")
    assert "bind/module.py" in text.replace("\\", "/")


def test_a_fault_of_our_own_is_not_hidden(shown, monkeypatch):
    from gomagic.bind import mapped

    monkeypatch.setattr(mapped, "subscript", None)
    text = shown("import gomagic; gomagic.map(3, [1])")
    assert "'NoneType' object has no attribute" in text and tracebacks._OURS in text
