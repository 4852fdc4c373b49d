package python_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"

	"gomagic/golib/python"
)

// py is the one interpreter of the tests' process, once a test has needed it.
var py *python.Runtime

var background = context.Background()

// A goroutine that is to end its thread must not get the one that the program began on, which Go parks instead of ending it.
func init() {
	if os.Getenv("GOMAGIC_TEST_PROGRAM") != "" {
		runtime.LockOSThread()
	}
}

// TestMain holds the tests together to leaving nothing behind. As a child it runs one program instead.
func TestMain(m *testing.M) {
	if program := os.Getenv("GOMAGIC_TEST_PROGRAM"); program != "" {
		programs[program]()
		return
	}
	code := m.Run()
	if py != nil {
		if err := py.Close(); err != nil {
			fmt.Println("after all tests:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// start starts the Python that Options{} find. Not before a test runs: go test keeps results by the environment that
// tests have read.
var start = sync.OnceValue(func() (err error) {
	py, err = python.New(python.Options{})
	return err
})

// need skips a test where no Python can be started; under CI=true that is a failure.
func need(t testing.TB) {
	t.Helper()
	skipUnless(t, start())
}

// needNumPy skips a test where numpy is not installed, too.
func needNumPy(t testing.TB) {
	t.Helper()
	need(t)
	_, err := py.Import("numpy")
	skipUnless(t, err)
}

func skipUnless(t testing.TB, err error) {
	t.Helper()
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
}

// function returns what source defines as name.
func function(t testing.TB, name, source string) *python.Object {
	t.Helper()
	need(t)
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

// child runs one of programs in a process of its own and returns what it printed, and how it ended.
func child(t *testing.T, program string, environment ...string) (string, error) {
	t.Helper()
	need(t)
	command := exec.Command(os.Args[0])
	command.Env = append(append(os.Environ(), "GOMAGIC_TEST_PROGRAM="+program), environment...)
	out, err := command.CombinedOutput()
	return string(out), err
}
