package python_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"gomagic/golib/python"
)

// py is the one interpreter of the tests' process; absent says why there is none.
var (
	py     *python.Runtime
	absent error
)

var background = context.Background()

// TestMain starts the Python that Options{} find, and holds every test to leaving nothing behind. As a child of
// TestChild it runs one program instead.
func TestMain(m *testing.M) {
	if program := os.Getenv("GOMAGIC_TEST_PROGRAM"); program != "" {
		programs[program]()
		return
	}
	py, absent = python.New(python.Options{})
	if absent != nil && os.Getenv("CI") == "true" {
		fmt.Println(absent)
		os.Exit(1)
	}
	code := m.Run()
	if absent == nil {
		if err := py.Close(); err != nil {
			fmt.Println("after all tests:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// function returns a function of Python's, or of its modules where source only imports.
func function(t testing.TB, name, source string) *python.Object {
	t.Helper()
	if absent != nil {
		t.Skip(absent)
	}
	module, err := py.Module("tested", source)
	if err != nil {
		t.Fatal(err)
	}
	f, err := module.Attr(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// needNumPy skips a test where numpy is not installed.
func needNumPy(t testing.TB) {
	t.Helper()
	if absent != nil {
		t.Skip(absent)
	}
	if _, err := py.Import("numpy"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// child runs one of programs in a process of its own and returns what it printed, and how it ended.
func child(t *testing.T, program string, environment ...string) (string, error) {
	t.Helper()
	if absent != nil {
		t.Skip(absent)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(append(os.Environ(), "GOMAGIC_TEST_PROGRAM="+program), environment...)
	out, err := command.CombinedOutput()
	return string(out), err
}
