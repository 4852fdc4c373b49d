from gomagic import trace

PANIC = """before
panic: runtime error: index out of range [5] with length 3

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
exit status 2
"""


def test_a_panic_is_cut_down_to_the_readers_lines():
    assert trace.tidy(PANIC, {"/gomagic/abc": "cell[4]"}) == (
        "before\n"
        "panic: runtime error: index out of range [5] with length 3\n"
        "  cell[4]:9, in inner\n"
        "  cell[4]:14, in Crash\n"
    )


def test_text_without_a_trace_stays():
    assert trace.tidy("one\ntwo\n", {}) == "one\ntwo\n"
    assert trace.tidy("", {}) == ""


def test_addresses_are_the_same_on_every_run():
    text = "at 0xc000012345\npanic: bad pointer 0x7f00\n"
    text += "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x7f]\n"
    first = trace.tidy(text, {})
    assert first == trace.tidy(
        text.replace("c000012345", "c0000abcde").replace("7f00", "7e00").replace("7f]", "6e]"), {}
    )
    assert first.splitlines()[-1] == "[signal SIGSEGV: segmentation violation code=… addr=… pc=…]"


def test_the_goroutine_with_the_readers_frames_is_shown():
    text = (
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [running]:\nruntime.x()\n\t/go/x.go:1\n\n"
        "goroutine 5 [chan receive]:\ngomagic/cell.Wait()\n\t/gomagic/abc:3 +0x1\n"
        "created by gomagic/cell.Start in goroutine 1\n\t/gomagic/abc:8 +0x2\n"
    )
    shown = trace.tidy(text, {"/gomagic/abc": "cell[2]"})
    assert shown.splitlines()[1:] == ["  cell[2]:3, in Wait", "  cell[2]:8, in Start"]


def test_a_method_keeps_its_receiver():
    text = "panic: x\n\ngoroutine 1 [running]:\ngomagic/cell.(*Stack).Pop(0xc000)\n\t/gomagic/abc:3 +0x1\n"
    assert "cell[2]:3, in (*Stack).Pop" in trace.tidy(text, {"/gomagic/abc": "cell[2]"})


def test_what_cgo_refuses_is_shown_under_the_readers_name():
    text = "panic: x\n\ngoroutine 1 [running]:\nmain._cgoexp_64d0de9ebdd9_Loud(0x7f)\n\t/gomagic/abc:3 +0x1\n"
    assert trace.tidy(text, {"/gomagic/abc": "cell[2]"}) == "panic: x\n  cell[2]:3, in Loud\n"
