"""What golib/show shows, from programs and from Go in the kernel: among prints, in its place, and never by chance."""

import json
import os
import re
import time

import pytest
from kernels import SECONDS, Kernel

import gomagic
from gomagic.run import displays

PROGRAM = """%%gorun
package main

import (
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"

	"gomagic/golib/show"
)

func main() {
	fmt.Println("one")
	show.HTML("<b>bold</b>")
	fmt.Print("half ")
	fmt.Fprintln(os.Stderr, "two")
	place := show.New()
	place.SVG("<svg><title>first</title></svg>")
	fmt.Println("three")
	place.SVG("<svg><title>second</title></svg>")
	fmt.Printf("\\x1bgomagic %s 1-1\\n", strings.Repeat("0", 32))
	show.Image(image.NewRGBA(image.Rect(0, 0, 3000, 2000)))
	if len(os.Args) > 1 {
		return
	}
	text, _ := exec.Command(os.Args[0], "child").Output()
	fmt.Print(strings.Count(string(text), "[drawing: second]"), "\\n")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				fmt.Println(strings.Repeat("x", 9999))
				show.Markdown("*m*")
			}
		})
	}
	all.Wait()
	fmt.Print("end\\x1b")
	file := os.Getenv(show.Variable)
	os.WriteFile(file[strings.LastIndex(file, " ")+1:]+"/9-9", []byte(`{"id": "half`), 0o600)
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
}
"""
CELL = """%%go drawn
import "gomagic/golib/show"

func Draw(name string) { fmt.Println("before"); show.HTML("<i>"+name+"</i>"); fmt.Println("after") }

func Count(n int) {
	place := show.New()
	place.HTML("0")
	go func() {
		for i := range n {
			time.Sleep(300 * time.Millisecond)
			place.HTML(fmt.Sprint(i + 1))
		}
	}()
}
"""


@pytest.fixture(scope="module")
def kernel(own_cache):
    kernel = Kernel(under_pytest=False)
    kernel.run("%load_ext gomagic")
    assert kernel.run(CELL).outputs == []
    yield kernel
    kernel.stop()


def test_a_program_shows_pictures_among_its_prints_and_one_that_dies_none_by_halves(kernel):
    outputs = kernel.run(PROGRAM).outputs
    assert outputs[:8] == [
        ("stdout", "one\n"), ("display", "bold"), ("stdout", "half two\n"), ("display", "[drawing: first]"),
        ("stdout", "three\n"), ("update", "[drawing: second]"),
        ("stdout", f"\x1bgomagic {'0' * 32} 1-1\n"), ("display", "[picture of 3000 x 2000]"),
    ]  # fmt: skip
    rest = outputs[8:]
    text = "".join(text for kind, text in rest if kind == "stdout")
    assert [kind for kind, _ in rest if kind != "stdout"] == ["display"] * 200 + ["error"]
    assert text == "1\n" + ("x" * 9999 + "\n") * 200 + "end\x1b"


def test_a_program_of_statements_shows_html_and_svg(kernel):
    lines = ["%%gorun", 'import "gomagic/golib/show"', "", 'show.HTML("<h1>Title</h1>")', 'fmt.Println("text")']
    lines += ["show.SVG(\"<svg><circle r='9'/></svg>\")"]
    assert kernel.run("\n".join(lines)).outputs == [
        ("display", "Title"), ("stdout", "text\n"), ("display", "[drawing]"),
    ]  # fmt: skip


def test_go_in_the_kernel_shows_among_prints_of_both_sides_and_a_capture_takes_it(kernel):
    code = "print('python'); drawn.Draw('wren'); print('python')"
    outputs = [("stdout", "python\nbefore\n"), ("display", "wren"), ("stdout", "after\npython\n")]
    assert kernel.run(code).outputs == outputs
    captured = "%%capture said\n" + code
    assert kernel.run(captured).outputs == []
    seen = kernel.run("print(said.stdout.split(), [one.data['text/html'] for one in said.outputs])").outputs
    assert seen == [("stdout", "['python', 'before', 'after', 'python'] ['<i>wren</i>']\n")]


def test_a_goroutine_changes_what_it_has_shown_also_after_the_cell(kernel):
    assert kernel.run("drawn.Count(3)").outputs == [("display", "0")]
    seen, end = [], time.monotonic() + SECONDS
    while len(seen) < 3 and time.monotonic() < end:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        if message["msg_type"] == "update_display_data":
            seen.append(message["content"]["data"]["text/html"])
    assert seen == ["1", "2", "3"]
    assert kernel.run("print('next')").outputs == [("stdout", "next\n")]


def test_without_a_notebook_it_is_text(shell, capfd):
    gomagic.compile(CELL.partition("\n")[2]).Draw("wren")
    assert capfd.readouterr().out == "before\nwren\nafter\n"
    ran = shell('%%gorun\nimport "gomagic/golib/show"\nshow.HTML("<b>bold</b>")')
    assert (ran.error, re.sub(r"\x1b\[\d*m", "", ran.out)) == (None, "bold\n")
    shell('%%gorun --background --name sim\nimport "gomagic/golib/show"\nshow.HTML("<b>bold</b>")')
    assert (shell.names["sim"].wait(SECONDS), shell.names["sim"].output) == ("exit code 0", "bold\n")


@pytest.fixture
def channel():
    with displays.Channel() as channel:
        yield channel
    assert not channel.folder.exists()


@pytest.fixture
def line(channel):
    """A line as golib/show writes it, of a display that is there."""
    word = channel.variable(1)[displays.VARIABLE].split()[0]
    (channel.folder / "1-1").write_text(json.dumps({"id": "a", "update": False, "data": {"text/plain": "x"}}))
    return f"\x1bgomagic {word} 1-1\n"


def test_go_learns_which_file_is_listened_to(channel):
    reading, writing = os.pipe()
    word, file, folder = channel.variable(writing)[displays.VARIABLE].split(" ")
    stat = os.fstat(reading)
    os.close(reading), os.close(writing)
    assert (len(word), file, folder) == (32, f"{stat.st_dev}:{stat.st_ino}", str(channel.folder))


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_a_line_is_found_however_it_comes_and_shown_once(channel, line, size):
    seen = []
    output = displays.Parted(channel, seen.append, seen.append)
    text = f"é\x1b[1mone{line}two\x1b{line}\x1bgomagic "
    for start in range(0, len(text), size):
        output.add(text[start : start + size])
    output.add("", more=False)
    [at] = [i for i, each in enumerate(seen) if isinstance(each, displays.Display)]
    assert vars(seen[at]) == {"data": {"text/plain": "x"}, "id": "a", "update": False}
    assert "".join(seen[:at]) == "é\x1b[1mone"
    assert "".join(seen[at + 1 :]) == "two\x1b\x1bgomagic "
    assert channel.without(text.encode()) == "é\x1b[1monetwo\x1b\x1bgomagic ".encode()


def test_what_is_no_display_shows_nothing(channel):
    (channel.folder / "1-2").write_text("{}")
    assert [channel.take(name) for name in ("1-2", "1-3")] == [None, None]


def messages(kernel, code):
    """What a cell shows: kinds and contents, with the texts of one stream in a row joined."""
    request, seen = kernel.client.execute(code), []
    while True:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != request or kind == "execute_input":
            continue
        if kind == "status":
            if content["execution_state"] == "idle":
                return seen
        elif kind == "stream" and seen and seen[-1][0] == "stream":
            seen[-1] = (kind, seen[-1][1] + content["text"])
        else:
            seen.append((kind, content.get("data") or content.get("text") or content["ename"]))


def test_a_program_in_the_background_shows_below_its_own_cell(kernel):
    lines = ["%%gorun --background --name sim", 'import "gomagic/golib/show"', ""]
    lines += ['fmt.Println("text")', "place := show.New()"]
    lines += [
        "for i := range 3 {",
        "\ttime.Sleep(300 * time.Millisecond)",
        "\tplace.SVG(fmt.Sprintf(",
        "\t\t`<svg id='%d'/>`, i))",
    ]
    lines += ["}", 'fmt.Println("end")']
    request = kernel.client.execute("\n".join(lines))
    kernel.run("print('meanwhile')")
    seen = []
    while len(seen) < 3:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        if "data" in message["content"]:
            assert message["parent_header"]["msg_id"] == request
            seen.append((message["msg_type"], message["content"]["data"]["image/svg+xml"]))
    assert seen == [
        ("display_data", "<svg id='0'/>"), ("update_display_data", "<svg id='1'/>"),
        ("update_display_data", "<svg id='2'/>"),
    ]  # fmt: skip
    assert kernel.run("sim.wait(); print(sim.output, sim.state)").outputs == [("stdout", "text\nend\n exit code 0\n")]


def test_an_isolated_cell_shows_what_go_and_the_last_value_show(kernel):
    kernel.run(
        '%%go bird\ntype Bird struct{ Name string }\n\nfunc (b Bird) HTML() string { return "<b>" + b.Name + "</b>" }'
    )
    code = "%%isolated drawn bird\nprint('python')\ndrawn.Draw('wren')\nprint('python')\nbird.Bird('robin')"
    assert messages(kernel, code) == [
        ("stream", "python\nbefore\n"),
        ("display_data", {"text/html": "<i>wren</i>", "text/plain": "wren"}),
        ("stream", "after\npython\n"),
        ("display_data", {"text/html": "<b>robin</b>", "text/plain": "Bird(Name='robin')"}),
        ("stream", "[child process: exit code 0]\n"),
    ]  # fmt: skip
    assert kernel.run("%%isolated\n[1, 2]").outputs == [("stdout", "[1, 2]\n[child process: exit code 0]\n")]
    hidden = "%%isolated bird\nimport contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n"
    hidden += "    __import__('sys').displayhook(bird.Bird('wren'))\nprint(text.getvalue())"
    assert kernel.run(hidden).outputs == [("stdout", "Bird(Name='wren')\n\n[child process: exit code 0]\n")]


TESTS = """
import (
	"gomagic/golib/show"
	"os/exec"
)

func TestPasses(t *testing.T) {
	if os.Getenv("CHILD") != "" {
		show.HTML("child")
		return
	}
	show.SVG("<svg><title>first</title></svg>")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "CHILD=1")
	text, _ := child.Output()
	fmt.Println(strings.Contains(string(text), "child"), strings.Contains(string(text), "\\x1b"))
}

func TestFails(t *testing.T) {
	fmt.Print("half ")
	Draw("wren")
	t.Error("bad")
}

func BenchmarkDraw(b *testing.B) {
	show.HTML("measured")
	for b.Loop() {
	}
}
"""


def test_tests_show_above_their_table(kernel):
    seen = messages(kernel, f"%%gotest drawn -v\n{TESTS}")
    assert [data.get("image/svg+xml") or data.get("text/html") for kind, data in seen[:2]] == [
        "<svg><title>first</title></svg>", "<i>wren</i>",
    ]  # fmt: skip
    table = seen[2][1]["text/plain"]
    assert "      half before\n      after\n" in table and "      true false\n" in table
    assert "\x1b" not in str(seen[2]) and seen[3:] == [("error", "GoRunError")]
    seen = messages(kernel, f"%%gotest drawn --bench .\n{TESTS.replace('t.Error', 't.Log')}")
    assert [data["text/html"] for kind, data in seen if data["text/plain"] == "measured"] == ["measured"]
