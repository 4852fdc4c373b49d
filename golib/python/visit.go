package python

import (
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// visits are the Go functions that Python has called and that have not returned: they run without the GIL.
type visits struct {
	entry uintptr // what Python calls for each function

	mutex  sync.Mutex
	depth  map[uintptr]int // how many of them are on the stack of a thread, by its state
	closed bool
	left   *sync.Cond // one has returned
}

func (v *visits) prepare(enter func(self, arguments, count, names uintptr) uintptr) {
	v.entry = purego.NewCallback(enter)
	v.depth = map[uintptr]int{}
	v.left = sync.NewCond(&v.mutex)
}

// begin gives up the GIL for a function, and returns the thread's state; false if the interpreter is about to end.
func (v *visits) begin() (uintptr, bool) {
	state := call(api.PyThreadState_Get)
	v.mutex.Lock()
	if v.closed {
		v.mutex.Unlock()
		return 0, false
	}
	v.depth[state]++
	v.mutex.Unlock()
	call(api.PyEval_SaveThread)
	return state, true
}

// end takes the GIL again. It is counted afterwards: the interpreter must not end before.
func (v *visits) end(state uintptr) {
	call(api.PyEval_RestoreThread, state)
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.depth[state]--; v.depth[state] == 0 {
		delete(v.depth, state)
	}
	v.left.Signal()
}

// on tells whether a function is on the stack of the thread that has this state.
func (v *visits) on(state uintptr) bool {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.depth[state] > 0
}

// close lets no function begin any more, and waits for those that have. Its caller holds the GIL.
func (v *visits) close() {
	v.mutex.Lock()
	v.closed = true
	v.mutex.Unlock()
	state := call(api.PyEval_SaveThread)
	v.mutex.Lock()
	for len(v.depth) > 0 {
		v.left.Wait()
	}
	v.mutex.Unlock()
	call(api.PyEval_RestoreThread, state)
}

// visit is what a Python function of Go's does: it follows the form of METH_FASTCALL with METH_KEYWORDS.
func (r *Runtime) visit(self, arguments, count, names uintptr) uintptr {
	f := keptIn(self).(*function)
	result, err := r.serve(f, unsafe.Slice(at[uintptr](arguments), count+sizeOf(names)), int(count), names)
	if err != nil {
		r.raise(err)
		return 0
	}
	return result
}

func sizeOf(tuple uintptr) uintptr {
	if tuple == 0 {
		return 0
	}
	return call(api.PyTuple_Size, tuple)
}

// serve calls a function with Python's arguments, of which those behind count have names.
func (r *Runtime) serve(f *function, given []uintptr, count int, names uintptr) (uintptr, error) {
	in, err := f.place(r, given, count, names)
	if err != nil {
		return 0, err
	}
	state, ok := r.visits.begin()
	if !ok {
		return 0, ErrClosed
	}
	out, err := f.run(in)
	r.visits.end(state)
	if err != nil {
		return 0, err
	}
	return r.answer(f, out)
}

// place converts Python's arguments to those of the Go function.
func (f *function) place(r *Runtime, given []uintptr, count int, names uintptr) ([]reflect.Value, error) {
	if missing := f.fixed() - count; names == 0 && (missing > 0 || missing < 0 && !f.variadic) {
		return nil, f.miscalled("takes %s, and %d given", amount(f.fixed(), "argument"), count)
	}
	var front []reflect.Value
	if f.context {
		front = append(front, reflect.ValueOf(r.life))
	}
	in := make([]reflect.Value, len(front)+max(f.fixed(), count), len(front)+max(f.fixed(), count)+1)
	copy(in, front)
	values := in[len(front):]
	t := taker{Runtime: r}
	for i, object := range given[:count] {
		if i >= len(f.parameters) && !f.variadic {
			return nil, f.miscalled("takes %s, and %d given", amount(f.fixed(), "argument"), count)
		}
		if err := f.take(t, object, values, i); err != nil {
			return nil, f.refused(fmt.Sprintf("argument %d", i+1), err)
		}
	}
	var others Keywords
	for i, object := range given[count:] {
		name, ok := text(call(api.PyTuple_GetItem, names, uintptr(i)))
		if !ok {
			return nil, r.raised()
		}
		at := f.named(name)
		switch {
		case at >= 0 && values[at].IsValid():
			return nil, f.miscalled("got `%s` twice", name)
		case at >= 0:
			if err := f.take(t, object, values, at); err != nil {
				return nil, f.refused("`"+name+"`", err)
			}
		case f.keywords:
			var value any
			if err := t.take(object, reflect.ValueOf(&value).Elem()); err != nil {
				return nil, f.refused("`"+name+"`", err)
			}
			if others == nil {
				others = Keywords{}
			}
			others[name] = value
		default:
			return nil, f.miscalled("has no parameter `%s`", name)
		}
	}
	for i, value := range values {
		if value.IsValid() {
			continue
		}
		if f.names == nil {
			return nil, f.miscalled("takes %s, and %d given", amount(f.fixed(), "argument"), count)
		}
		return nil, f.miscalled("is missing `%s`", f.names[i])
	}
	if f.keywords {
		in = append(in, reflect.ValueOf(others))
	}
	return in, nil
}

// take converts the argument at a position.
func (f *function) take(t taker, object uintptr, values []reflect.Value, at int) error {
	value := reflect.New(f.parameters[min(at, len(f.parameters)-1)]).Elem()
	values[at] = value
	return t.take(object, value)
}

// named is the position of a parameter; -1 if none has the name. A variadic one has none for Python.
func (f *function) named(name string) int {
	for i, known := range f.names[:min(len(f.names), f.fixed())] {
		if known == name {
			return i
		}
	}
	return -1
}

// run calls the Go function; a panic in it is an error.
func (f *function) run(in []reflect.Value) (out []reflect.Value, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		value := recover()
		if value == nil {
			f.endProgram()
		}
		err = &panicked{value: value, stack: string(debug.Stack())}
	}()
	out = f.value.Call(in)
	returned = true
	if n := len(out); f.fails {
		err, _ = out[n-1].Interface().(error)
		out = out[:n-1]
	}
	return out, err
}

// endProgram says that a function has called runtime.Goexit, as FailNow of a test does. That goroutine has Python's frames on
// its stack, which nothing can leave out: a panic would run what is deferred behind them without the GIL.
func (f *function) endProgram() {
	fmt.Fprintf(os.Stderr, "python: %s, which Python has called, has ended its goroutine by runtime.Goexit\n\n%s", f.says, debug.Stack())
	os.Exit(2)
}

// answer makes Python's result of Go's.
func (r *Runtime) answer(f *function, out []reflect.Value) (result uintptr, err error) {
	if len(out) == 0 {
		return r.giveNone(), nil
	}
	var loans []*loan
	defer func() { r.settle(loans) }()
	g := giver{Runtime: r, loans: &loans}
	if len(out) == 1 {
		if result, err = g.give(out[0].Interface()); err != nil {
			return 0, f.refused("its result", err)
		}
		return result, nil
	}
	tuple := call(api.PyTuple_New, uintptr(len(out)))
	for i, value := range out {
		item, err := g.give(value.Interface())
		if err != nil {
			decref(tuple)
			return 0, f.refused(fmt.Sprintf("its result %d", i+1), err)
		}
		call(api.PyTuple_SetItem, tuple, uintptr(i), item)
	}
	return tuple, nil
}

func amount(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
