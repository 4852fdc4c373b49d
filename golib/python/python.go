package python

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// ErrClosed is what everything returns after Close.
var ErrClosed = errors.New("python: the interpreter is closed")

// Options say which Python to start. The zero Options start the one that `uv run` would.
type Options struct {
	// Python is the path of an interpreter or the folder of an environment. "" stands for the first of these:
	// $GOMAGIC_PYTHON, by which a notebook names its own; $VIRTUAL_ENV, the environment that is active or that `uv run`
	// has made; $CONDA_PREFIX; a folder `.venv` in the working directory or above it, or in the program's own folder or
	// above that; `python3` on PATH; a Python that uv has installed.
	Python string
	// Path holds folders to be put in front of sys.path. The working directory is not there by itself, except in a
	// notebook's program, which finds what the notebook finds: `%%gorun` says so in $GOMAGIC_PYTHONPATH.
	Path []string
}

// A Runtime is the Python interpreter of this process. Its methods may be called by any number of goroutines at once.
type Runtime struct {
	slots   chan struct{} // one for each goroutine that is inside Python
	closed  chan struct{}
	closing sync.Once
	finish  chan chan error // served by the goroutine on the thread that started Python

	life context.Context // ends with closed
	stop context.CancelFunc

	helper    uintptr // the module of start.py
	visits    visits
	residents residents
	values    values
	lender
	ledger
}

// inside is how many goroutines may be inside Python at once, each with a thread of its own; more wait their turn. Go
// would end the process at 10,000 threads.
const inside = 256

//go:embed start.py
var start string

var process struct {
	sync.Mutex
	state string // "", or why New fails
}

// New starts the interpreter that options name. There is one a process, and one only: as long as it is not closed a
// second New is an error, and afterwards too, since numpy and others cannot be started twice in a process.
//
// The interpreter's libpython is found when the program runs, by asking the interpreter; a Python without a shared one
// is an error that names the cure. Python installs no signal handlers: Ctrl-C is Go's.
func New(options Options) (*Runtime, error) {
	process.Lock()
	defer process.Unlock()
	if process.state != "" {
		return nil, errors.New(process.state)
	}
	found, path, err := find(options.Python)
	if err != nil {
		return nil, err
	}
	if running, err := purego.Dlsym(purego.RTLD_DEFAULT, "Py_IsInitialized"); err == nil && int32(call(running)) != 0 {
		return nil, errors.New("python: this process runs Python already\n" +
			"note: a library that Python has loaded cannot start a second one in it")
	}
	handle, err := open(path)
	if err != nil {
		return nil, err
	}
	head = found.Head
	r := &Runtime{
		slots:  make(chan struct{}, inside),
		closed: make(chan struct{}),
		finish: make(chan chan error),
	}
	r.life, r.stop = context.WithCancel(context.Background())
	begun := make(chan error)
	folders := append(slices.Clone(options.Path), filepath.SplitList(os.Getenv("GOMAGIC_PYTHONPATH"))...)
	go r.reside(handle, found, folders, begun)
	if err := <-begun; err != nil {
		return nil, err
	}
	return r, nil
}

// reside starts Python and stays on that thread: Python wants to be ended where it was started.
func (r *Runtime) reside(handle uintptr, found *installation, folders []string, begun chan<- error) {
	runtime.LockOSThread() // for good: the thread ends with this goroutine
	if err := initialize(handle, found); err != nil {
		begun <- err
		return
	}
	process.state = "python: the interpreter runs already, and there is one a process\n" +
		"hint: call New once and share the Runtime, which any number of goroutines may use"
	err := r.prepare(folders)
	state := call(api.PyEval_SaveThread)
	begun <- err
	outcome := <-r.finish
	call(api.PyEval_RestoreThread, state)
	outcome <- r.conclude()
}

func initialize(handle uintptr, found *installation) error {
	var symbols struct{ setProgramName, initializeEx uintptr }
	for name, address := range map[string]*uintptr{
		"Py_SetProgramName": &symbols.setProgramName, // its pyvenv.cfg is found by it
		"Py_InitializeEx":   &symbols.initializeEx,
	} {
		var err error
		if *address, err = purego.Dlsym(handle, name); err != nil {
			return fmt.Errorf("python: Python %s is newer than this package knows: it has no `%s`", found.Release, name)
		}
	}
	if mode, err := purego.Dlsym(handle, "Py_UTF8Mode"); err == nil {
		*at[int32](mode) = int32(found.UTF8) // in the C locale it could not print an umlaut otherwise
	}
	name := append([]rune(found.Executable), 0) // wchar_t has 32 bits, too; Python copies it
	call(symbols.setProgramName, uintptr(unsafe.Pointer(&name[0])))
	call(symbols.initializeEx, 0) // 0: no signal handlers
	return nil
}

// prepare runs start.py in a module of its own.
func (r *Runtime) prepare(folders []string) error {
	r.helper = call(api.PyImport_AddModule, uintptr(unsafe.Pointer(cstring("_gomagic")))) // sys.modules keeps it
	names := call(api.PyModule_GetDict, r.helper)
	const file = 257 // Py_file_input: statements
	code := call(api.Py_CompileString, uintptr(unsafe.Pointer(cstring(start))), uintptr(unsafe.Pointer(cstring("start.py"))), file)
	if code == 0 {
		return errors.New("python: cannot compile start.py")
	}
	none = call(api.PyEval_EvalCode, code, names, names)
	decref(code)
	if none == 0 {
		return errors.New("python: cannot run start.py")
	}
	if err := r.lender.prepare(); err != nil {
		return err
	}
	if err := watchThreads(); err != nil {
		return err
	}
	r.visits.prepare(r.visit)
	r.values.prepare()
	paths := make([][]byte, len(folders)) // which need not be UTF-8
	for i, folder := range folders {
		paths[i] = []byte(folder)
	}
	answer, err := r.help("begin", paths)
	decref(answer)
	return err
}

// help calls a function of start.py.
func (r *Runtime) help(name string, arguments ...any) (uintptr, error) {
	function := call(api.PyObject_GetAttrString, r.helper, uintptr(unsafe.Pointer(cstring(name))))
	if function == 0 {
		return 0, r.raised()
	}
	defer decref(function)
	return r.apply(function, arguments)
}

// Import imports a module, such as "numpy" or "os.path".
func (r *Runtime) Import(name string) (*Object, error) {
	return within(context.Background(), r, func() (*Object, error) {
		if strings.ContainsRune(name, 0) {
			return nil, fmt.Errorf("python: %q is no module's name", name)
		}
		return r.object(call(api.PyImport_ImportModule, uintptr(unsafe.Pointer(cstring(name)))))
	})
}

// Module makes a module from source text, as if it were imported from a file: other modules can import it by its name,
// and tracebacks show its lines.
func (r *Runtime) Module(name, source string) (*Object, error) {
	return within(context.Background(), r, func() (*Object, error) {
		made, err := r.help("module", name, source)
		if err != nil {
			return nil, err
		}
		return r.object(made)
	})
}

// Views returns how many of Go's slices Python still sees.
func (r *Runtime) Views() int {
	return r.lender.views()
}

// Close waits for the calls in progress, ends the interpreter, and from then on everything returns ErrClosed; so does
// a second Close. It is an error if Python still sees slices of Go, which a program that has released its objects, or
// forgotten them, can only have left in Python's own variables; they stay pinned, and nothing reads them any more.
//
// It waits for Python's own threads, too, unless they are daemons, which end as they are. A thread that a function starts
// when Go calls it is a daemon, unless it is made with daemon=False.
func (r *Runtime) Close() error {
	err := ErrClosed
	r.closing.Do(func() {
		close(r.closed)
		r.stop()
		for range inside {
			r.slots <- struct{}{} // nobody is inside once all are ours, and nobody comes in again
		}
		takeGIL()
		buryThreads() // and what they held of Go's slices
		giveGIL()
		outcome := make(chan error)
		r.finish <- outcome
		err = <-outcome
		process.Lock()
		defer process.Unlock()
		process.state = "python: the interpreter of this process was closed, and cannot be started again\n" +
			"note: numpy and other modules cannot be loaded twice by a process"
	})
	return err
}

func (r *Runtime) conclude() error {
	for try := 0; ; try++ {
		r.sweep()
		answer, _ := r.help("collect")
		decref(answer)
		if r.Views() == 0 || try == 2 {
			break
		}
		collect() // a view may be the program's that has forgotten it, and Go has not found out yet
	}
	r.visits.close()
	held := r.Views()
	if int32(call(api.Py_FinalizeEx)) != 0 {
		return errors.New("python: what Python had buffered could not be written")
	}
	if held > 0 {
		return fmt.Errorf("python: closed while Python still held %d of Go's slices\n"+
			"hint: release the objects that hold them, and keep none in Python's variables", held)
	}
	return nil
}
