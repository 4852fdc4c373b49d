package python_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gomagic/golib/python"
)

// programs are run by child, each in a process of its own.
var programs = map[string]func(){
	"twice":   twice,
	"closed":  closed,
	"holding": holding,
	"busy":    busy,
	"version": version,
	"path":    path,
	"printed": printed,
	"refused": refused,
	"planted": planted,
	"flat":    flat,
	"leaking": leaking,
}

func begin(options python.Options) *python.Runtime {
	py, err := python.New(options)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return py
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func expectChild(t *testing.T, program, want string, environment ...string) {
	t.Helper()
	got, err := child(t, program, environment...)
	if err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("%s printed\n%s\nand ended with %v, want\n%s", program, got, err, want)
	}
}

func twice() {
	py := begin(python.Options{})
	_, err := python.New(python.Options{})
	fmt.Println(err)
	fmt.Println(py.Close())
	_, err = python.New(python.Options{})
	fmt.Println(err)
}

func TestThereIsOneInterpreterAProcessAndNoneAfterIt(t *testing.T) {
	expectChild(t, "twice", `
python: the interpreter runs already, and there is one a process
hint: call New once and share the Runtime, which any number of goroutines may use
<nil>
python: the interpreter of this process was closed, and cannot be started again
note: numpy and other modules cannot be loaded twice by a process`)
}

func closed() {
	py := begin(python.Options{})
	module := must(py.Module("m", "def f(): return 1"))
	f := must(module.Attr("f"))
	fmt.Println(py.Close())
	_, err := py.Import("os")
	fmt.Println(err)
	_, err = py.Module("n", "")
	fmt.Println(err)
	_, err = module.Attr("f")
	fmt.Println(err)
	_, err = f.Call(background)
	fmt.Println(err)
	_, err = python.Call[int](background, f)
	fmt.Println(err)
	_, err = python.As[int](f)
	fmt.Println(err, errors.Is(err, python.ErrClosed))
	f.Release()
	fmt.Println(py.Close(), py.Views())
}

func TestEverythingAfterCloseIsErrClosed(t *testing.T) {
	expectChild(t, "closed", "<nil>\n"+strings.Repeat("python: the interpreter is closed\n", 5)+
		"python: the interpreter is closed true\npython: the interpreter is closed 0")
}

func holding() {
	py := begin(python.Options{})
	keep := must(must(py.Module("m", "kept = []\ndef keep(x): kept.append(memoryview(x)[1:])")).Attr("keep"))
	for i := range 3 {
		must(keep.Call(background, []int{i, i}))
	}
	fmt.Println(py.Views())
	fmt.Println(py.Close())
}

func TestCloseReportsTheSlicesThatPythonHolds(t *testing.T) {
	expectChild(t, "holding", `
3
python: closed while Python still held 3 of Go's slices
hint: release the objects that hold them, and keep none in Python's variables`)
}

func busy() {
	py := begin(python.Options{})
	sleep := must(must(py.Import("time")).Attr("sleep"))
	begun, done := time.Now(), make(chan error, 8)
	for range 8 {
		go func() {
			_, err := sleep.Call(background, 0.5)
			done <- err
		}()
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println(py.Close())
	took := time.Since(begun)
	for range 8 {
		if err := <-done; err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(took > 500*time.Millisecond, took < 3*time.Second)
}

func TestCloseWaitsForCallsInProgressWhichRunSideBySide(t *testing.T) {
	expectChild(t, "busy", "<nil>\ntrue true")
}

func version() {
	py := begin(python.Options{Python: os.Getenv("GOMAGIC_TEST_PYTHON")})
	module := must(py.Module("m", `
import sys
def version(): return "%d.%d.%d" % sys.version_info[:3]
def total(x): return sum(x)
def double(x):
    for i in range(len(x)): x[i] *= 2
def fail(): raise LookupError("none")
`))
	fmt.Println(must(python.Call[string](background, must(module.Attr("version")))))
	xs := []float64{1, 2, 4.5}
	must(must(module.Attr("double")).Call(background, xs))
	fmt.Println(must(python.Call[float64](background, must(module.Attr("total")), xs)), xs)
	_, err := must(module.Attr("fail")).Call(background)
	fmt.Println(err)
	fmt.Println(py.Close())
}

// interpreters are those that are installed here, at the usual places, with a shared libpython.
func interpreters(t *testing.T) map[string]string {
	home, _ := os.UserHomeDir()
	candidates, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/3.*/bin/python"))
	for minor := 10; minor <= 14; minor++ {
		for _, folder := range []string{"/usr/bin", "/usr/local/bin"} {
			candidates = append(candidates, fmt.Sprintf("%s/python3.%d", folder, minor))
		}
	}
	const ask = "import sys, sysconfig; sys.version_info < (3, 10) and sys.exit(1); " +
		"import os; v = sysconfig.get_config_vars(); " +
		"os.path.exists(os.path.join(v['LIBDIR'], v['INSTSONAME'])) or sys.exit(1); print(sys.version.split()[0])"
	found := map[string]string{}
	for _, path := range candidates {
		if out, err := exec.Command(path, "-c", ask).Output(); err == nil {
			found[path] = strings.TrimSpace(string(out))
		}
	}
	return found
}

func TestOneBinaryWorksWithEveryPythonThatIsInstalled(t *testing.T) {
	for path, release := range interpreters(t) {
		t.Run(release, func(t *testing.T) {
			expectChild(t, "version", release+"\n15 [2 4 9]\nLookupError: none\n<nil>", "GOMAGIC_TEST_PYTHON="+path)
		})
	}
}

func path() {
	py := begin(python.Options{Path: []string{os.Getenv("GOMAGIC_TEST_FOLDER")}})
	tested := must(py.Import("tested_here"))
	fmt.Println(must(python.As[int](must(tested.Attr("answer")))))
	fmt.Println(py.Close())
}

func TestModulesAreFoundInTheFoldersOfPath(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a größer folder")
	if err := errors.Join(os.Mkdir(folder, 0o700),
		os.WriteFile(filepath.Join(folder, "tested_here.py"), []byte("answer = 42\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	expectChild(t, "path", "42\n<nil>", "GOMAGIC_TEST_FOLDER="+folder)
}

func printed() {
	py := begin(python.Options{})
	say := must(must(py.Module("m", "def say(x): print(x)")).Attr("say"))
	for i := range 3 {
		fmt.Println("Go", i)
		must(say.Call(background, fmt.Sprintf("Python %d größer", i)))
	}
	os.Exit(0) // without Close
}

func TestWhatPythonPrintsStandsBetweenWhatGoPrints(t *testing.T) {
	want := "Go 0\nPython 0 größer\nGo 1\nPython 1 größer\nGo 2\nPython 2 größer"
	expectChild(t, "printed", want)
	expectChild(t, "printed", want, "LC_ALL=C", "LANG=C", "PYTHONIOENCODING=")
}

func refused() {
	_, err := python.New(python.Options{Python: os.Getenv("GOMAGIC_TEST_PYTHON")})
	fmt.Println(err)
}

// fake makes an interpreter that answers as it is told.
func fake(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python3")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func answer(implementation, version, release, libraries string) string {
	return fmt.Sprintf(`echo '{"Executable": "x", "Implementation": "%s", "Version": %s, "Release": "%s", "Libraries": %s}'`,
		implementation, version, release, libraries)
}

func TestAPythonThatCannotBeStartedIsAnErrorWithItsCure(t *testing.T) {
	folder := t.TempDir()
	static := fake(t, answer("cpython", "[3, 12]", "3.12.4", `["/nowhere/libpython3.12.so.1.0"]`))
	old := fake(t, answer("cpython", "[3, 9]", "3.9.1", "[]"))
	pypy := fake(t, answer("pypy", "[3, 11]", "3.11.1", "[]"))
	broken := fake(t, "echo 'no encodings' >&2; exit 1")
	silent := fake(t, "echo hello")
	wrong := filepath.Join(folder, "libpython3.11.so.1.0")
	if err := os.WriteFile(wrong, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		static: "python: Python 3.12.4 at `" + static + "` has no shared libpython\n" +
			"note: looked for /nowhere/libpython3.12.so.1.0\n" +
			"hint: `apt-get install libpython3.12` for Debian's or Ubuntu's own Python, `uv python install 3.12`, " +
			"or `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.12.4`",
		old: "python: Python 3.9.1 at `" + old + "` is too old\n" +
			"note: golib/python needs 3.10 or newer\nhint: name a newer one in python.Options.Python",
		pypy: "python: `" + pypy + "` is pypy, and only CPython can be embedded\n" +
			"hint: name a CPython in python.Options.Python",
		broken: "python: `" + broken + "` does not start: exit status 1\nno encodings",
		silent: "python: `" + silent + "` is no Python interpreter: it answered \"hello\\n\"",
		folder: "python: `" + folder + "` is no virtual environment: it has no `bin/python3`",
		"/nowhere/python3": "python: there is no `/nowhere/python3`\n" +
			"hint: name an interpreter or the folder of a virtual environment",
		fake(t, answer("cpython", "[3, 11]", "3.11.1", `["`+wrong+`"]`)): "python: cannot load `" + wrong + "`: " +
			wrong + ": file too short",
	} {
		expectChild(t, "refused", want, "GOMAGIC_TEST_PYTHON="+path)
	}
}

func TestWithoutAnyPythonTheErrorSaysSo(t *testing.T) {
	expectChild(t, "refused", "python: no `python3` command on PATH\n"+
		"hint: install Python 3.10 or newer, or name one in python.Options.Python", "PATH=/nowhere", "VIRTUAL_ENV=")
}

func TestSettingsThatPythonCannotStartWithAreAnError(t *testing.T) {
	out, err := child(t, "refused", "PYTHONHOME=/nowhere")
	if err != nil || !strings.Contains(out, "does not start: exit status 1") || !strings.Contains(out, "encodings") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// planted writes past a slice that Go has lent: what AddressSanitizer has to report.
func planted() {
	py := begin(python.Options{})
	overwrite := must(must(py.Module("m", `
import ctypes
def overwrite(x):
    first = ctypes.addressof(ctypes.c_char.from_buffer(memoryview(x)))
    ctypes.memmove(first, b"0" * (x.nbytes + 8), x.nbytes + 8)
`)).Attr("overwrite"))
	must(overwrite.Call(background, make([]float64, 1000)))
	fmt.Println("not noticed")
}
