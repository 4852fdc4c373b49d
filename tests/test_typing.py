"""Tab and Shift-Tab in a real kernel that has the real gopls."""

import os
import signal
import statistics
import time

import psutil
import pytest
from kernels import SECONDS, Kernel

SHAPES = """%%go shapes
type Box struct{ Wide, High float64 }

// Area is wide times high.
func (b Box) Area() float64 { return b.Wide * b.High }

func NewBox() *Box { return &Box{} }
"""


@pytest.fixture(scope="module")
def kernel(own_cache, real_gopls):
    """A kernel that finds gopls, and in which a cell is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([real_gopls, os.environ["PATH"]]))
        kernel = Kernel(under_pytest=True)
    kernel.run("%load_ext gomagic")
    assert kernel.run(SHAPES).outputs == []
    yield kernel
    kernel.stop()


def asked(kernel, question, text):
    """The answer to a complete_request or inspect_request with the cursor at the bar."""
    code, cursor = text.replace("|", "", 1), text.index("|")
    return getattr(kernel.client, question)(code, cursor, reply=True, timeout=SECONDS)["content"]


def offered(kernel, text, wanted):
    """What gopls offers there, names and types, once that is `wanted`: cellgen answers until it is ready."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        content = asked(kernel, "complete", text)
        names = content["metadata"].get("_jupyter_types_experimental", [])
        found = [(name["text"], name["signature"]) for name in names]
        if found == wanted:
            break
        time.sleep(0.05)
    return found


def said(kernel, text, begin):
    """What gopls says of what stands there, once it begins so."""
    deadline = time.monotonic() + SECONDS
    text_there = ""
    while not text_there.startswith(begin) and time.monotonic() < deadline:
        text_there = asked(kernel, "inspect", text)["data"].get("text/plain", "")
        time.sleep(0.05)
    return text_there


UPPER = [("ToUpper", "func(s string) string"), ("ToUpperSpecial", "func(c unicode.SpecialCase, s string) string")]
FIELDS = [("High", "float64"), ("Wide", "float64"), ("Area", "func() float64")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("%%go\nfunc F(s string) string {\n\treturn strings.ToU|\n}", UPPER),
        ('%%go\nfunc F(s string) string { /* 𝕏ü */ s += "𝕏"; return strings.ToU|\n}', UPPER),
        ("%%go\nfunc F(größe string) { grö| }", [("größe", "string")]),
        ("%%go\ntype P struct{ X, Y int }\n\nfunc F(p P) { p.| }", [("X", "int"), ("Y", "int")]),
        ("%%go\nfunc F() {}\nfu|", [("func", "")]),
        ('%%go\nimport "cells/shapes"\n\nfunc F() { shapes.NewBox().| }', FIELDS),
        ('%%gorun\nwords := strings.Fields("a b")\nfor _, word := range words {\n\tstrings.ToU|\n}', UPPER),
        ('%%gorun\nimport "os"\n\nfunc helper(s string) { strings.ToU| }\nhelper(os.Args[0])', UPPER),
        ("%%gotest shapes\nfunc TestBox(t *testing.T) {\n\tif NewBox().|\n}", FIELDS),
        ("%%gotest shapes\nfunc TestBox(t *testing.T) { t.Errorf| }", [("Errorf", "func(format string, args ...any)")]),
        ('%%gotest shapes\npackage shapes_test\n\nimport "cells/shapes"\n\nfunc F() { shapes.NewBox().| }', FIELDS),
        ('%%go\npackage main\n\nimport "C"\nimport "strings"\n\nvar _ = strings.ToU|\n\nfunc main() {}', UPPER),
    ],
)
def test_tab_offers_what_gopls_knows(kernel, text, wanted):
    assert offered(kernel, text, wanted) == wanted


def test_shift_tab_says_what_gopls_knows(kernel):
    text = "%%go\nfunc F(größe string) string { /* 𝕏 */ return strings.Rep|eat(größe, 2) }"
    assert "\nIt panics if count is negative" in said(
        kernel, text, "func strings.Repeat(s string, count int) string\nRepeat"
    )
    text = text.replace("Rep|eat(größe, 2)", "Repeat(größe, |)")
    assert said(kernel, text, "Repeat(s string, count int) string\n")
    text = '%%gorun\nimport "cells/shapes"\n\nbox := shapes.NewBox()\nfmt.Println(box.Ar|ea())'
    assert said(kernel, text, "func (b shapes.Box) Area() float64").endswith("Area is wide times high.")


def test_an_answer_is_there_within_a_tenth_of_a_second(kernel):
    seconds = []
    for word in ("R", "Re", "Rep", "To", "Sp", "F", "In", "Co", "Ha", "Tr"):
        text = f"%%go\nfunc F(s string) string {{\n\treturn strings.{word}|\n}}"
        offered(kernel, "%%go\nfunc F(s string) string {\n\treturn strings.ToU|\n}", UPPER)
        begun = time.perf_counter()
        asked(kernel, "complete", text)
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 0.3  # 0.02 on a machine that does nothing else


def server(kernel):
    """The process of its gopls; None if there is none."""
    [parent] = psutil.Process(kernel.manager.provisioner.pid).children(recursive=True)[:1] or [None]
    return parent if parent and parent.is_running() and "serve" in parent.cmdline() else None


def test_one_that_dies_is_started_again_and_an_unloaded_extension_has_none(kernel):
    text = "%%go\nfunc F(s string) string {\n\treturn strings.ToU|\n}"
    assert offered(kernel, text, UPPER) == UPPER
    first = server(kernel)
    first.send_signal(signal.SIGKILL)
    assert offered(kernel, text, UPPER) == UPPER
    second = server(kernel)
    assert second.pid != first.pid
    kernel.run("%reload_ext gomagic")
    assert not second.is_running()
    assert offered(kernel, text, UPPER) == UPPER
    third = server(kernel)
    kernel.run("%unload_ext gomagic")
    assert not third.is_running()
    kernel.run("%load_ext gomagic")


def test_it_moves_with_the_kernel_and_ends_with_it(own_cache, real_gopls, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([real_gopls, os.environ["PATH"]]))
        kernel = Kernel(under_pytest=True)
    kernel.run("%load_ext gomagic")
    text = "%%go\nfunc F(s string) string {\n\treturn strings.ToU|\n}"
    assert offered(kernel, text, UPPER) == UPPER
    first = server(kernel)
    kernel.run(f"%cd {tmp_path}")
    assert offered(kernel, text, UPPER) == UPPER
    second = server(kernel)
    assert not first.is_running() and second.pid != first.pid
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
    psutil.wait_procs([second], timeout=SECONDS)
    assert not second.is_running() or second.status() == psutil.STATUS_ZOMBIE  # a container may have nobody to reap it
    kernel.stop()
