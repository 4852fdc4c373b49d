"""Whose time a stack is, in the reader's words; the stacks are as golib/profile writes them."""

import ctypes
import sys

import pytest

from gomagic.run import samples
from gomagic.run.samples import Frame, Sample, Where

CELL = "/gomagic/5b3ab131aed4ecb8"
FRAMES = {
    "leaf": f"main.leaf\t{CELL}\t6",
    "Work": f"main.Work\t{CELL}\t9",
    "method": f"main.(*Stack[...]).Push\t{CELL}\t12",
    "shim": "main.init.func1\t/work/main/shims.go\t19",
    "adapter": "main.init.1.func1.1\t/work/main/shims.go\t127",
    "run": "gomagic/golib/bridge.run\t/golib/bridge/bridge.go\t63",
    "follow": "gomagic/golib/bridge.beginProfile.func1\t/golib/bridge/profile.go\t29",
    "callback": "gomagic/golib/bridge._Cfunc_gomagic_call_back\t_cgo_gotypes.go\t375",
    "callable": "gomagic/golib/bridge.(*Callable).CallNumbers\t/golib/bridge/callback.go\t59",
    "cgocall": "runtime.cgocall\t/go/src/runtime/cgocall.go\t167",
    "entry": "runtime.cgocallbackg\t/go/src/runtime/cgocall.go\t362",
    "exit": "runtime.goexit\t/go/src/runtime/asm_amd64.s\t1771",
    "preempted": "runtime.asyncPreempt\t/go/src/runtime/preempt_amd64.s\t9",
    "unlock": "runtime.unlock2\t/go/src/runtime/lock.go\t9",
    "find": "runtime.findRunnable\t/go/src/runtime/proc.go\t9",
    "mark": "runtime.gcBgMarkWorker\t/go/src/runtime/mgc.go\t9",
    "drain": "runtime.gcDrain\t/go/src/runtime/mgc.go\t9",
    "sort": "slices.pdqsortOrdered[...]\t/go/src/slices/sort.go\t9",
    "json": "encoding/json.(*decodeState).object\t/go/src/encoding/json/decode.go\t9",
    "pool": "sync.(*Pool).Get\t/go/src/sync/pool.go\t155",
    "outside": "runtime._ExternalCode\t/go/src/runtime/proc.go\t5506",
    "crosscall": "crosscall2\t/go/src/runtime/cgo/asm_amd64.s\t7",
}


def of(stack):
    names = stack.split()
    lines = [f"frame\t{FRAMES[name]}" for name in names]
    lines.append("stack\t3\t0\t" + " ".join(map(str, range(len(names)))) + " ")
    [sample] = samples.read("\n".join(lines), {CELL})
    assert sample.count == 3
    return sample.where, [frame.name for frame in sample.frames]


@pytest.mark.parametrize(
    ("stack", "where", "names"),
    [
        ("leaf Work shim follow run entry exit", Where.GO, ["Work", "leaf"]),
        ("preempted leaf Work shim run entry exit", Where.GO, ["Work", "leaf"]),
        ("method exit", Where.GO, ["(*Stack[…]).Push"]),
        ("sort json Work shim run exit", Where.GO, ["Work", "json.(*decodeState).object", "slices.pdqsortOrdered[…]"]),
        ("cgocall callback callable adapter Work shim run exit", Where.PYTHON, ["Work", "Python, called back"]),
        ("pool callable adapter Work shim run exit", Where.BOUNDARY, ["Work", "arguments and results"]),
        ("leaf pool callable adapter Work shim run exit", Where.GO, ["Work", "arguments and results", "leaf"]),
        ("pool callable shim run entry exit", Where.BOUNDARY, ["arguments and results"]),
        ("unlock entry exit", Where.BOUNDARY, ["arguments and results"]),
        ("crosscall outside", Where.BOUNDARY, ["arguments and results"]),
        ("drain mark exit", Where.COLLECTOR, ["Go's garbage collector"]),
        ("unlock find", Where.SCHEDULER, ["Go's scheduler"]),
        ("json exit", Where.GO, ["json.(*decodeState).object"]),
        ("outside", Where.C, ["C"]),
    ],
)
def test_a_stack_is_told_in_the_readers_words(stack, where, names):
    assert of(stack) == (where, names)


@pytest.mark.skipif(sys.platform != "linux", reason="dladdr is looked for where Linux has it")
@pytest.mark.parametrize(
    ("function", "where", "name"),
    [
        (ctypes.pythonapi.Py_Initialize, Where.PYTHON, "Python"),
        (ctypes.CDLL("libc.so.6").qsort, Where.C, "C: libc"),
        (3, Where.C, "C"),
    ],
)
def test_an_address_outside_go_is_told_by_its_library(function, where, name):
    address = function if isinstance(function, int) else ctypes.cast(function, ctypes.c_void_p).value
    [sample] = samples.read(f"frame\t\t\t{address}\nframe\t{FRAMES['outside']}\nstack\t1\t0\t0 1 ", {CELL})
    assert (sample.where, sample.frames, sample.ticked) == (where, (Frame(name),), True)


def test_time_that_is_not_gos_is_what_is_left():
    go, python = Sample(Where.GO, (Frame("F", CELL),), 60, 0.0), Sample(Where.PYTHON, (Frame("Python"),), 1, 0.0, True)
    numpy, waits = (Sample(Where.C, (Frame(name),), n, 0.0, True) for name, n in (("C: numpy", 3), ("C: libc", 99)))

    def weights(*seen):
        return [(sample.frames[0].name, round(sample.weight, 6)) for sample in samples.timed(seen, 1.0)]

    assert weights(go, python, numpy, waits) == [("F", 0.6), ("Python", 0.1), ("C: numpy", 0.3)]
    assert weights(go, waits) == [("F", 0.6), ("Python and C", 0.4)]
    assert weights(go, go) == [("F", 0.6), ("F", 0.6)]  # more than there was: nothing is left
