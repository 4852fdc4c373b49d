package python_test

import (
	"errors"
	"strings"
	"testing"

	"gomagic/golib/python"
)

func TestAnExceptionIsAnErrorWithTypeMessageAndTraceback(t *testing.T) {
	outer := function(t, "outer", `
def inner(x):
    return 1 / x

def outer(x):
    return inner(x)
`)
	_, err := outer.Call(background, 0)
	var e *python.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *python.Error", err)
	}
	if e.Type != "ZeroDivisionError" || e.Message != "division by zero" || e.Error() != "ZeroDivisionError: division by zero" {
		t.Errorf("%q, %q, %q", e.Type, e.Message, e.Error())
	}
	lines := strings.Split(e.Traceback, "\n")
	if lines[0] != "Traceback (most recent call last):" || lines[1] != `  File "<tested>", line 6, in outer` ||
		lines[2] != "    return inner(x)" || !strings.HasSuffix(e.Traceback, "\nZeroDivisionError: division by zero\n") {
		t.Errorf("the traceback is\n%s", e.Traceback)
	}
}

func TestEveryKindOfExceptionIsAnError(t *testing.T) {
	for _, c := range []struct{ body, kind, message string }{
		{"raise SystemExit(3)", "SystemExit", "3"},
		{"import sys; sys.exit('bye')", "SystemExit", "bye"},
		{"raise KeyboardInterrupt", "KeyboardInterrupt", ""},
		{"import json; json.loads('{')", "json.decoder.JSONDecodeError",
			"Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"import nowhere", "ModuleNotFoundError", "No module named 'nowhere'"},
		{"return f()", "RecursionError", "maximum recursion depth exceeded"},
		{"raise ValueError('größer \\ud800')", "ValueError", `größer \ud800`},
		{"assert False", "AssertionError", ""},
		{"class Odd(Exception):\n        def __str__(self): raise ValueError\n    raise Odd", "tested.f.<locals>.Odd", "<its str() failed>"},
		{"class Odd(Exception):\n        def __str__(self): raise KeyboardInterrupt\n    raise Odd", "tested.f.<locals>.Odd", "<its str() failed>"},
		{"import json; json.loads('[' * 100_000)", "RecursionError", ""}, // in other words since 3.14
		{"class Odd(Exception): __module__ = 3\n    raise Odd", "3.f.<locals>.Odd", ""},
		{"raise ExceptionGroup('two', [ValueError(1), KeyError(2)])", "ExceptionGroup", "two (2 sub-exceptions)"},
	} {
		if strings.Contains(c.body, "ExceptionGroup") && !since311(t) {
			continue
		}
		f := function(t, "f", "def f():\n    "+c.body)
		_, err := f.Call(background)
		var e *python.Error
		if !errors.As(err, &e) || e.Type != c.kind || !strings.HasPrefix(e.Message, c.message) || e.Traceback == "" {
			t.Errorf("%s: %#v, want %s: %s", c.body, err, c.kind, c.message)
		}
	}
}

func since311(t *testing.T) bool {
	t.Helper()
	f := function(t, "f", "import sys\ndef f(): return sys.version_info >= (3, 11)")
	since, err := python.Call[bool](background, f)
	return err == nil && since
}

func TestTheCauseOfAnExceptionIsInItsTraceback(t *testing.T) {
	f := function(t, "f", "def f():\n    try: {}['a']\n    except KeyError as missing: raise RuntimeError('no a') from missing")
	_, err := f.Call(background)
	var e *python.Error
	if !errors.As(err, &e) || e.Type != "RuntimeError" ||
		!strings.Contains(e.Traceback, "KeyError: 'a'\n\nThe above exception was the direct cause") {
		t.Errorf("%#v", err)
	}
}

func TestWhatDoesNotExistIsAnError(t *testing.T) {
	need(t)
	_, err := py.Import("no_such_module")
	if want := "ModuleNotFoundError: No module named 'no_such_module'"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	math, err := py.Import("math")
	if err != nil {
		t.Fatal(err)
	}
	_, err = math.Attr("squirt")
	if want := "AttributeError: module 'math' has no attribute 'squirt'"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	pi, err := math.Attr("pi")
	if err != nil {
		t.Fatal(err)
	}
	_, err = pi.Call(background)
	if want := "TypeError: 'float' object is not callable"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = py.Import("os\x00path")
	if want := `python: "os\x00path" is no module's name`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = math.Attr("p\x00i")
	if want := `python: "p\x00i" is no attribute's name`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestAModuleThatDoesNotCompileOrRunIsAnErrorAndIsNotKept(t *testing.T) {
	need(t)
	_, err := py.Module("failing", "x = 1\ny = )")
	var e *python.Error
	if !errors.As(err, &e) || e.Type != "SyntaxError" || !strings.Contains(e.Traceback, `File "<failing>", line 2`) {
		t.Errorf("%v, want a SyntaxError in line 2", err)
	}
	_, err = py.Module("failing", "def f():\n    raise OSError('full')\nf()")
	if !errors.As(err, &e) || e.Type != "OSError" {
		t.Fatalf("%v, want an OSError", err)
	}
	if lines := strings.Split(e.Traceback, "\n"); lines[1] != `  File "<failing>", line 3, in <module>` {
		t.Errorf("the traceback does not begin in the module:\n%s", e.Traceback)
	}
	if _, err = py.Import("failing"); err == nil || err.Error() != "ModuleNotFoundError: No module named 'failing'" {
		t.Errorf("%v, want a ModuleNotFoundError", err)
	}
}
