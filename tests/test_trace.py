import pytest

from gomagic.bind import trace

PANIC = """panic: runtime error: index out of range [5] with length 3

goroutine 17 [running, locked to thread]:
gomagic/cell.inner(...)
\t/gomagic/abc:9
gomagic/cell.Crash(0x5)
\t/gomagic/abc:14 +0x1d
gomagic/cell._cgoexp_64d0de9ebdd9_Crash(0x7ffd1f2a3b40)
\t_cgo_gotypes.go:40 +0x1f
runtime.cgocallbackg1(0x7f1c, 0x7ffd, 0x0)
\t/usr/local/go/src/runtime/cgocall.go:446 +0x289

goroutine 2 [force gc (idle)]:
runtime.gopark(0x0?)
\t/usr/local/go/src/runtime/proc.go:460
"""
SHORT = "panic: runtime error: index out of range [5] with length 3\n  cell[4]:9, in inner\n  cell[4]:14, in Crash\n"
LABELS = {"/gomagic/abc": "cell[4]"}


FATAL = "[signal SIGSEGV: segmentation violation]\n\ngoroutine 1 [running]:\nmain.F(...)\n\t/a:3 +0x1\n"


@pytest.mark.parametrize("message", ["fatal error: stack overflow\n", "fatal error: two\n\tlines\n\t\n", ""])
def test_a_recorded_message_stands_above_what_go_records(message):
    text = message + FATAL
    assert trace.unheaded(text) == FATAL
    assert trace.headed(text) == (text if message else f"fatal error: in main.F\n\n{FATAL}")


def test_a_recorded_panic_has_its_message_from_go():
    text = "panic: no\n\ngoroutine 1 [running]:\n"
    assert trace.unheaded(text) == trace.headed(text) == text


def test_a_panic_is_cut_down_to_the_readers_lines():
    assert trace.cut(PANIC, LABELS) == SHORT
    assert trace.tidy(f"before\n{PANIC}exit status 2\n", LABELS, [PANIC]) == f"before\n{SHORT}exit status 2\n"


def test_text_without_a_trace_stays():
    assert trace.tidy("one\ntwo\n", {}) == "one\ntwo\n"
    assert trace.tidy("", {}) == ""


@pytest.mark.parametrize(
    "printed",
    [
        "0xff m=3 code=200 pid 7 goroutine 12\n",
        "panic: mine 0x10\n\ngoroutine 1 [running]:\nmain.f()\n\t/gomagic/x:3 +0x1d\n",
        "fatal error: mine\nruntime: mine\nSIGSEGV: mine\n[signal mine code=0x1]\n",
        "page one\x0cpage two\r\n",
        PANIC.replace("index", "no index"),
    ],
)
def test_what_the_process_itself_has_printed_stays_as_it_is(printed):
    assert trace.tidy(printed, {}) == printed
    assert trace.tidy(printed + PANIC, LABELS, [PANIC]).replace("cell[4]:", "/gomagic/abc:") == (
        printed + SHORT.replace("cell[4]:", "/gomagic/abc:")
    )


def test_what_is_printed_while_go_writes_its_trace_stays():
    lines = PANIC.splitlines(keepends=True)
    text = "no end" + "".join([*lines[:5], "code=1\n", *lines[5:]])
    assert trace.tidy(text, LABELS, [PANIC]) == f"no end\n{SHORT}code=1\n"


def test_a_trace_that_was_printed_elsewhere_changes_nothing():
    assert trace.tidy("pid 7\n", LABELS, [PANIC]) == "pid 7\n"


def test_addresses_are_the_same_on_every_run():
    text = "panic: bad pointer 0x7f00\n"
    text += "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x7f]\n"
    first = trace.cut(text, {})
    assert first == trace.cut(text.replace("7f00", "7e00").replace("7f]", "6e]"), {})
    assert first.splitlines()[-1] == "[signal SIGSEGV: segmentation violation code=… addr=… pc=…]"


@pytest.mark.parametrize("changing", ["pid 4711", "process 4711", "goroutine 4711"])
def test_numbers_of_processes_and_goroutines_are_the_same_on_every_run(changing):
    text = f"fatal error: {changing} went away\n\ngoroutine 1 [running]:\nmain.f()\n\t/gomagic/abc:3 +0x1\n"
    shown = f"fatal error: {changing.split()[0]} N went away\n  cell[4]:3, in f\n"
    assert trace.cut(text, LABELS) == shown


def test_what_go_says_before_it_gives_up_is_part_of_it():
    recorded = "[signal SIGSEGV: segmentation violation code=0x1 addr=0x7fb5 pc=0x7f]\n\ngoroutine 17 [running]:\n"
    recorded += "gomagic/cell.Sum(0xc000)\n\t/gomagic/abc:3 +0x1\n"
    text = f"0x10\nunexpected fault address 0x7fb5a1236010\nfatal error: fault\n{recorded}"
    assert trace.tidy(text, LABELS, [recorded]) == (
        "0x10\nunexpected fault address 0x…\nfatal error: fault\n"
        "[signal SIGSEGV: segmentation violation code=… addr=… pc=…]\n  cell[4]:3, in Sum\n"
    )


def test_a_trace_of_which_there_is_no_record_is_found_at_the_end():
    printed = "panic: mine 0xff\n\nfatal error: mine\n"
    assert trace.unrecorded(printed + PANIC) == [PANIC.rstrip("\n")]
    assert trace.unrecorded(f"mine\n{OVERFLOW}{EVEN}") == [f"{OVERFLOW}{EVEN}".rstrip("\n")]
    assert trace.unrecorded(printed) == trace.unrecorded("") == []


def test_a_message_of_several_lines_is_shown_whole():
    text = "panic: one\n\ttwo\n\ngoroutine 1 [running]:\ngomagic/cell.F()\n\t/gomagic/abc:3 +0x1\n"
    assert trace.cut(text, LABELS) == "panic: one\n\ttwo\n  cell[4]:3, in F\n"


def test_the_goroutine_with_the_readers_frames_is_shown():
    text = (
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [running]:\nruntime.x()\n\t/go/x.go:1\n\n"
        "goroutine 5 [chan receive]:\ngomagic/cell.Wait()\n\t/gomagic/abc:3 +0x1\n"
        "created by gomagic/cell.Start in goroutine 1\n\t/gomagic/abc:8 +0x2\n"
    )
    shown = trace.cut(text, {"/gomagic/abc": "cell[2]"})
    assert shown.splitlines()[1:] == ["  cell[2]:3, in Wait", "  cell[2]:8, in Start"]


def test_a_method_keeps_its_receiver():
    text = "panic: x\n\ngoroutine 1 [running]:\ngomagic/cell.(*Stack).Pop(0xc000)\n\t/gomagic/abc:3 +0x1\n"
    assert "cell[2]:3, in (*Stack).Pop" in trace.cut(text, {"/gomagic/abc": "cell[2]"})


def test_what_cgo_refuses_is_shown_under_the_readers_name():
    text = "panic: x\n\ngoroutine 1 [running]:\nmain._cgoexp_64d0de9ebdd9_Loud(0x7f)\n\t/gomagic/abc:3 +0x1\n"
    assert trace.cut(text, {"/gomagic/abc": "cell[2]"}) == "panic: x\n  cell[2]:3, in Loud\n"


@pytest.mark.parametrize("name", ["Loud.func1.1", "Loud.Loud.func1.1"])
def test_a_closure_has_its_functions_name_once_whether_or_not_that_was_inlined_in_cgos_entry(name):
    text = f"panic: x\n\ngoroutine 1 [running]:\nmain._cgoexp_64d0de9ebdd9_{name}()\n\t/gomagic/abc:3 +0x1\n"
    assert trace.cut(text, {"/gomagic/abc": "cell[2]"}) == "panic: x\n  cell[2]:3, in Loud.func1.1\n"


OVERFLOW = """runtime: goroutine stack exceeds 16777216-byte limit
runtime: sp=0x319938e0390 stack=[0x319938e0000, 0x319948e0000]
fatal error: stack overflow

runtime stack:
runtime.throw({0x7f9fa221197a?, 0x200000001?})
\t/usr/local/go/src/runtime/panic.go:1229 +0x4a fp=0x7ffd90cab500 sp=0x7ffd90cab4d0 pc=0x7f9fa21f8aca

goroutine 17 gp=0x319927de780 m=1 mp=0x3199281a008 [running, locked to thread]:
"""
EVEN = "gomagic/cell.even(0x7)\n\t/gomagic/abc:12 +0x1c fp=0x319938e03b8 sp=0x319938e03a0 pc=0x7f9fa220e65c\n"
ODD = "gomagic/cell.odd(...)\n\t/gomagic/abc:14\n"
START = "gomagic/cell.Start(0x7)\n\t/gomagic/abc:18 +0x39 fp=0x319938e03a0 sp=0x319938e0398 pc=0x7f9fa220e679\n"


RECURSION = 50 * (EVEN + ODD) + "...2096892 frames elided...\n" + ODD + 24 * (EVEN + ODD) + EVEN + START
ROUND = "  cell[2]:12, in even\n  cell[2]:14, in odd\n  … and so on\n  cell[2]:18, in Start\n"


def test_a_stack_overflow_shows_the_recursion_once():
    text = OVERFLOW + RECURSION
    said = "runtime: goroutine stack exceeds 16777216-byte limit\nfatal error: stack overflow\n"
    assert trace.cut(text, {"/gomagic/abc": "cell[2]"}) == said + ROUND
    recorded = text[text.index("\nruntime stack:") :]  # Go has written what is before to stderr alone
    assert trace.tidy(f"runtime\n{text}", {"/gomagic/abc": "cell[2]"}, [recorded]) == f"runtime\n{said}{ROUND}"
    assert trace.tidy(f"no end{text}", {"/gomagic/abc": "cell[2]"}, [recorded]).startswith("no end")


@pytest.mark.parametrize(
    ("caller", "reason"),
    [
        ("runtime.newstack()", "stack overflow"),
        ("runtime.(*mcache).allocLarge(0x7fc269278205?, 0x400000, 0x1)", "out of memory"),
        ("runtime.sysMapOS(0x41c88000000, 0x200000000000, {0x7f49f2edf0fe, 0x4})", "out of memory"),
        ("sync.(*Mutex).unlockSlow(0x321bd4394028, 0xffffffff)", "in sync.(*Mutex).unlockSlow"),
    ],
)
def test_the_reason_that_go_has_recorded_nowhere_follows_from_who_gave_it(caller, reason):
    recorded = OVERFLOW[OVERFLOW.index("\nruntime stack:") :].replace(
        "goroutine 17", f"{caller}\n\t/go/x.go:1\n\ngoroutine 17"
    )
    shown = trace.cut(trace.headed(recorded + RECURSION), {"/gomagic/abc": "cell[2]"})
    assert shown == f"fatal error: {reason}\n{ROUND}"
    assert trace.headed(PANIC) == PANIC
    assert trace.headed("") == ""


def test_frames_that_come_twice_are_shown_twice():
    text = "panic: x\n\ngoroutine 1 [running]:\n" + ODD + EVEN + ODD + EVEN + START
    shown = trace.cut(text, {"/gomagic/abc": "cell[2]"})
    assert [line.rpartition(" ")[2] for line in shown.splitlines()[1:]] == ["odd", "even", "odd", "even", "Start"]


def test_a_fault_in_c_says_so_and_shows_who_called():
    text = (
        "SIGSEGV: segmentation violation\nPC=0x7f6e1f33df32 m=1 sigcode=1 addr=0x0\n"
        "signal arrived during cgo execution\n\n"
        "goroutine 17 gp=0x79bd4e7c780 m=1 mp=0x79bd4eb8008 [syscall, locked to thread]:\n"
        "runtime.cgocall(0x7f6e1f33df20, 0x79bd4ec6e50)\n"
        "\t/usr/local/go/src/runtime/cgocall.go:167 +0x4b fp=0x79bd4ec6e28 sp=0x79bd4ec6df0 pc=0x7f6e1f3260ab\n"
        "gomagic/cell._Cfunc_peek(0x0)\n"
        "\t_cgo_gotypes.go:91 +0x46 fp=0x79bd4ec6e50 sp=0x79bd4ec6e28 pc=0x7f6e1f33d8e6\n"
        "gomagic/cell.Peek(...)\n\t/gomagic/abc:17\n"
    )
    assert trace.cut(text, {"/gomagic/abc": "cell[2]"}) == (
        "SIGSEGV: segmentation violation\nsignal arrived during cgo execution\n  cell[2]:17, in Peek\n"
    )


def test_two_threads_that_die_at_once_say_it_once():
    words = "fatal error: concurrent map writes\n"
    add = "gomagic/cell.Add.func1()\n" + words + "\t/gomagic/abc:9 +0x4b fp=0x1 sp=0x1 pc=0x1\n"
    text = words + words + "\ngoroutine 7 gp=0x1 m=4 mp=0x1 [running]:\n" + add + "\ngoroutine 8 [running]:\n" + add
    assert trace.cut(text, {"/gomagic/abc": "cell[2]"}) == (
        "fatal error: concurrent map writes\n  cell[2]:9, in Add.func1\n"
    )


def test_the_allocators_last_words_stay():
    text = "before\nfree(): double free detected in tcache 2\n"
    assert trace.tidy(text, {}) == text
    old = "*** Error in `python3': double free or corruption (fasttop): 0x00007f3c1c0008c0 ***\n"
    assert trace.tidy(old, {}) == "*** Error in `python3': double free or corruption (fasttop): 0x… ***\n"
