package python_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gomagic/golib/python"
)

func path() {
	py := begin(python.Options{Path: []string{os.Getenv("GOMAGIC_TEST_FOLDER")}})
	tested := must(py.Import("tested_here"))
	fmt.Println(must(python.As[int](must(tested.Attr("answer")))))
	fmt.Println(py.Close())
}

// write makes a file, and the folder it is in.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestModulesAreFoundInTheFoldersOfPath(t *testing.T) {
	for _, name := range []string{"a größer folder", "latin gr\xf6\xdfer"} {
		folder := filepath.Join(t.TempDir(), name)
		write(t, filepath.Join(folder, "tested_here.py"), "answer = 42\n")
		expectChild(t, "path", "42\n<nil>", "GOMAGIC_TEST_FOLDER="+folder)
	}
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
	t.Chdir(t.TempDir())
	expectChild(t, "refused", "python: no Python is found\n"+
		"note: $GOMAGIC_PYTHON, $VIRTUAL_ENV, $CONDA_PREFIX are not set, there is no `.venv` in or above `"+must(os.Getwd())+
		"` and `"+filepath.Dir(must(os.Executable()))+"`, and neither `python3` nor a Python of `uv` on PATH\n"+
		"hint: run `uv venv`, install Python 3.10 or newer, or name one in python.Options.Python",
		append(unnamed, "PATH=/nowhere")...)
}

// unnamed is an environment that names no Python.
var unnamed = []string{"GOMAGIC_PYTHON=", "VIRTUAL_ENV=", "CONDA_PREFIX="}

// environment makes a virtual environment of the Python of the tests.
func environment(t *testing.T, folder string) string {
	t.Helper()
	need(t)
	executable := must(python.As[string](must(must(py.Import("sys")).Attr("executable"))))
	if out, err := exec.Command(executable, "-m", "venv", "--without-pip", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}

func TestAnEnvironmentIsFoundWhereUvFindsIt(t *testing.T) {
	root := must(filepath.EvalSymlinks(t.TempDir()))
	active, conda := environment(t, filepath.Join(root, "active")), environment(t, filepath.Join(root, "conda"))
	above := environment(t, filepath.Join(root, "project", ".venv"))
	inner := filepath.Join(root, "project", "cmd", "server")
	write(t, filepath.Join(inner, ".venv", "pyvenv.cfg"), "") // is no environment, or none any more
	t.Chdir(inner)
	for _, c := range []struct {
		want        string
		environment []string
	}{
		{active, []string{"GOMAGIC_PYTHON=" + filepath.Join(active, "bin", "python"), "VIRTUAL_ENV=" + conda}},
		{active, []string{"GOMAGIC_PYTHON=", "VIRTUAL_ENV=" + active, "CONDA_PREFIX=" + conda}},
		{conda, []string{"GOMAGIC_PYTHON=", "VIRTUAL_ENV=", "CONDA_PREFIX=" + conda}},
		{above, unnamed},
	} {
		expectChild(t, "prefix", c.want+"\n<nil>", c.environment...)
	}
}

func TestAnEnvironmentIsFoundBesideTheProgram(t *testing.T) {
	root := must(filepath.EvalSymlinks(t.TempDir()))
	beside := environment(t, filepath.Join(root, "app", ".venv"))
	program := filepath.Join(root, "app", "bin", "server")
	write(t, program, "")
	if err := os.WriteFile(program, must(os.ReadFile(must(os.Executable()))), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(program, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Dir = t.TempDir()
	command.Env = append(append(os.Environ(), unnamed...), "GOMAGIC_TEST_PROGRAM=prefix")
	if out, err := command.CombinedOutput(); err != nil || string(out) != beside+"\n<nil>\n" {
		t.Errorf("%v: %s", err, out)
	}
}

func TestAPythonOfUvIsTheLastResort(t *testing.T) {
	root := must(filepath.EvalSymlinks(t.TempDir()))
	found := environment(t, filepath.Join(root, "managed"))
	write(t, filepath.Join(root, "bin", "uv"), "")
	script := "#!/bin/sh\n[ \"$*\" = 'python find --no-project' ] && echo " + filepath.Join(found, "bin", "python3") + "\n"
	if err := errors.Join(os.WriteFile(filepath.Join(root, "bin", "uv"), []byte(script), 0o700),
		os.Chmod(filepath.Join(root, "bin", "uv"), 0o700)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	expectChild(t, "prefix", found+"\n<nil>", append(unnamed, "PATH="+filepath.Join(root, "bin"))...)
}

func TestAnActiveEnvironmentThatIsGoneIsAnError(t *testing.T) {
	expectChild(t, "refused", "python: there is no `/nowhere`, which $VIRTUAL_ENV names\n"+
		"hint: name an interpreter or the folder of a virtual environment", "VIRTUAL_ENV=/nowhere")
}

func TestSettingsThatPythonCannotStartWithAreAnError(t *testing.T) {
	out, err := child(t, "refused", "PYTHONHOME=/nowhere")
	if err != nil || !strings.Contains(out, "does not start: exit status 1") || !strings.Contains(out, "encodings") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// prefix prints where the environment is that Python runs in.
func prefix() {
	py := begin(python.Options{Python: os.Getenv("GOMAGIC_TEST_PYTHON")})
	fmt.Println(must(python.As[string](must(must(py.Import("sys")).Attr("prefix")))))
	fmt.Println(py.Close())
}

func TestAnEnvironmentMayHaveAnyName(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "größer")
	environment(t, folder)
	for _, locale := range []string{"C", "C.UTF-8"} {
		expectChild(t, "prefix", folder+"\n<nil>", "GOMAGIC_TEST_PYTHON="+folder, "LC_ALL="+locale)
	}
}

// lacking lends slices to a Python without numpy, or with one that does not work.
func lacking() {
	py := begin(python.Options{})
	double := must(must(py.Module("m", "def double(x):\n    for i in range(len(x)): x[i] *= 2\n    return x")).Attr("double"))
	xs := []float64{1, 2, 4.5}
	view, err := double.Call(background, xs)
	fmt.Println(xs, err, py.Views())
	if err == nil {
		fmt.Println(must(python.As[[]float64](view)), must(python.As[any](view)))
		view.Release()
	}
	fmt.Println(py.Close())
}

func TestWithoutNumPyASliceIsAMemoryview(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "numpy.py"), "raise ModuleNotFoundError('none', name='numpy')\n")
	expectChild(t, "lacking", "[2 4 9] <nil> 1\n[2 4 9] [2 4 9]\n<nil>", "PYTHONPATH="+folder)
}

func TestANumPyThatDoesNotWorkIsAnError(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "numpy.py"), "raise ImportError('libopenblas is missing')\n")
	expectChild(t, "lacking", "[1 2 4.5] python: argument 1: ImportError: libopenblas is missing 0\n<nil>", "PYTHONPATH="+folder)
}

func TestAFileOfTheWorkingDirectoryIsNotTakenForPythonsOwn(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "json.py", "raise SystemExit('not this one')\n")
	write(t, "broken.py", "def f(:\n")
	expectChild(t, "refused", "<nil>")
	expectChild(t, "unread", "SyntaxError\n<nil>")
}

// unread imports a file that is no Python.
func unread() {
	py := begin(python.Options{Path: []string{"."}})
	_, err := py.Import("broken")
	var e *python.Error
	if errors.As(err, &e) {
		fmt.Println(e.Type)
	}
	fmt.Println(py.Close())
}
