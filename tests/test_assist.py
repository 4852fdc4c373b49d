"""Tab and Shift-Tab in Go cells, in a real kernel as in a shell."""

import statistics
import time

import pytest
from IPython.core.completer import provisionalcompleter
from kernels import SECONDS, Kernel

from gomagic.notebook import assist
from gomagic.notebook.kernel import Kernel as Known

CELL = (
    "%%go lib\n// Mean of numbers.\nfunc Mean(xs []float64) float64 { return 0 }\n\nfunc F(s string) string {\n\t| }\n"
)


def split(text):
    return text.replace("|", ""), text.index("|")


@pytest.fixture(scope="module")
def kernel(own_cache):
    """A kernel in which a Go cell has been built, without gopls."""
    kernel = Kernel(under_pytest=True)
    kernel.run("%load_ext gomagic\nfrom gomagic.run import desk\ndesk.find_gopls = lambda env: None")
    kernel.run("%%go lib\nfunc Shout(s string) string { return strings.ToUpper(s) }")
    yield kernel
    kernel.stop()


def asked(kernel, question, text):
    """The answer to a complete_request or inspect_request with the cursor at the bar, and how long it took."""
    code, cursor = split(text)
    begun = time.perf_counter()
    reply = getattr(kernel.client, question)(code, cursor, reply=True, timeout=SECONDS)
    return reply["content"], time.perf_counter() - begun


def offered(kernel, text):
    """What is offered at the bar; the first answers come while packages are listed, or too late on a busy machine."""
    for _ in range(100):
        content, _ = asked(kernel, "complete", text)
        if content["matches"]:
            break
    return content


def test_tab_offers_what_go_has_and_at_once(kernel):
    text = CELL.replace("|", "return strings.Rep|")
    content = offered(kernel, text)
    assert content["matches"] == ["Repeat", "Replace", "ReplaceAll", "Replacer"]
    assert text.replace("|", "")[content["cursor_start"] : content["cursor_end"]] == "Rep"
    assert content["metadata"]["_jupyter_types_experimental"][0]["type"] == "function"
    seconds = [asked(kernel, "complete", CELL.replace("|", f"return strings.{'Rep'[:n]}|"))[1] for n in (0, 1, 2, 3, 3)]
    assert statistics.median(seconds) < 1.0  # 0.03 on a machine that does nothing else


def test_a_cell_knows_those_that_it_imports_and_tests(kernel):
    for magic in ("%%go", "%%gorun", "%%gotest lib"):
        assert offered(kernel, f'{magic}\nimport "cells/l|"\n')["matches"] == ["lib"]
        assert offered(kernel, f'{magic}\nimport "cells/lib"\n\nfunc F() {{ lib.| }}')["matches"] == ["Shout"]
    content, _ = asked(kernel, "inspect", "%%gotest lib -v\nfunc TestIt(t *testing.T) { Sh|out() }")
    assert content["data"] == {"text/plain": "func Shout(s string) string"}
    assert asked(kernel, "complete", '%%go lib\nimport "cells/l|"\n')[0]["matches"] == []  # not in itself


def test_shift_tab_says_what_stands_there(kernel):
    content, _ = asked(kernel, "inspect", CELL.replace("|", "Me|an(nil)"))
    assert content["data"] == {"text/plain": "func Mean(xs []float64) float64\n\nMean of numbers."}
    content, _ = asked(kernel, "inspect", CELL.replace("|", "strings.Repeat(s, |)"))
    assert content["data"] == {"text/plain": "func strings.Repeat(s string, count int) string"}
    content, _ = asked(kernel, "inspect", CELL)
    assert (content["found"], content["data"]) == (False, {})


def test_python_and_the_magics_line_stay_as_they_are(kernel):
    assert "divmod" in asked(kernel, "complete", "div|")[0]["matches"]
    assert "--save" in asked(kernel, "complete", "%%go --sa|\nfunc F() {}")[0]["matches"]
    assert "Return" in asked(kernel, "inspect", "div|mod")[0]["data"]["text/plain"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("%%go\nfunc|", 4),
        ("# one\n\n%%gorun --race\nfunc|\n", 4),
        ("%%gotest lib\n|", 0),
        ("%%go li|b\nfunc", None),
        ("%%gopher\nfunc|", None),
        ("print()\n%%go\nfunc|", None),
        ("%%go|", None),
    ],
)
def test_a_go_cell_is_known_by_its_magic(text, offset):
    found = assist.typed(*split(text), Known())
    assert (found and found.offset) == offset


def test_unloaded_it_asks_go_no_more(shell):
    ipython = shell.ipython
    ipython.run_line_magic("unload_ext", "gomagic")
    with provisionalcompleter():
        code, cursor = split("%%go\nfunc F() { strings.Rep|")
        assert [*ipython.Completer.completions(code, cursor)] == []
        assert "completions" not in vars(ipython.Completer)
    ipython.run_line_magic("load_ext", "gomagic")
