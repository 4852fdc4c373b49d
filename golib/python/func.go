package python

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

// A Func is a Go function for Python, with a name and what help() shows. It stands wherever a value does that becomes
// Python's: as an argument, as an element of a list or a map, as an attribute. A Go function alone does, too, if all that
// is missing is a name:
//
//	total, err := python.Call[float64](ctx, integrate, func(x float64) float64 { return 2 * x }, 0, 1)
//
//	err := module.SetAttr("fetch", python.Func{Go: store.Fetch, Parameters: []string{"city", "day"}})
//
// Its parameters are converted as As does, its results as those of an argument of Call: none is None, several are a tuple,
// and a slice of numbers is lent. A last result of type error is raised: as golib.GoError, which Call returns to Go with
// the error in it, for errors.Is and errors.As; an *Error as the exception that it is. A panic is raised as golib.GoPanic,
// a RuntimeError with the value's text and Go's stack; it does not end the process. Arguments that do not fit are a
// TypeError or an OverflowError, and the function is not called.
//
// A first parameter of type context.Context is not Python's: it ends when the Runtime is closed. A last one of type
// Keywords takes the keyword arguments that have no other place.
//
// Any thread of Python's may call it, at the same time as others: the global interpreter lock is given up while Go runs,
// so that the function may block, and wait for goroutines that call Python. It may call Python itself. It must not end
// its goroutine by runtime.Goexit, as t.FailNow does: Python's own frames lie on its stack.
//
// Python owns the function: what it holds in Go is free for Go's collector as soon as Python has dropped it. Funcs counts
// those that Python still has. An Object that it holds and that holds it in turn is a ring that neither collector sees.
type Func struct {
	Go         any      // the function; nil is None
	Name       string   // as Python shows it; "" stands for its name in Go
	Doc        string   // what help() shows below the signature
	Parameters []string // the names by which Python may give them; none: by position only
}

// function is what a Python function of Go's leads to. Its addresses are in C's hands: it is kept until Python has
// dropped it, and Go moves nothing.
type function struct {
	definition [4]uintptr // PyMethodDef: name, function, flags, doc
	name, doc  *byte
	says       string // its name, for messages

	value      reflect.Value
	parameters []reflect.Type // Python's; the last one of a variadic function is its element
	names      []string
	context    bool // whether there is a context in front of them
	variadic   bool
	keywords   bool // whether there are Keywords behind them
	fails      bool // whether its last result is an error
}

var (
	contextType  = reflect.TypeFor[context.Context]()
	errorType    = reflect.TypeFor[error]()
	keywordsType = reflect.TypeFor[Keywords]()
)

// giveFunc makes a Python function.
func (r *Runtime) giveFunc(described Func) (uintptr, error) {
	v := reflect.ValueOf(described.Go)
	if v.IsValid() && v.Kind() != reflect.Func {
		return 0, fmt.Errorf("python.Func.Go is a `%s`, and no function", v.Type())
	}
	if !v.IsValid() || v.IsNil() {
		return r.giveNone(), nil
	}
	f, err := newFunction(v, described)
	if err != nil {
		return 0, err
	}
	f.definition = [4]uintptr{
		uintptr(unsafe.Pointer(f.name)), r.visits.entry, fastWithKeywords, uintptr(unsafe.Pointer(f.doc)),
	}
	capsule := r.values.keep(f)
	if capsule == 0 {
		return 0, r.raised()
	}
	defer decref(capsule)
	return r.made(call(api.PyCFunction_NewEx, uintptr(unsafe.Pointer(&f.definition)), capsule, 0))
}

const fastWithKeywords = 0x80 | 0x2 // METH_FASTCALL | METH_KEYWORDS

func newFunction(v reflect.Value, described Func) (*function, error) {
	t := v.Type()
	f := &function{value: v, names: described.Parameters, variadic: t.IsVariadic()}
	f.says = described.Name
	if f.says == "" {
		known := runtime.FuncForPC(v.Pointer()).Name()
		f.says = strings.TrimSuffix(known[strings.LastIndexByte(known, '.')+1:], "-fm") // a method's value
	}
	for i := range t.NumIn() {
		switch in := t.In(i); {
		case i == 0 && in == contextType:
			f.context = true
		case i == t.NumIn()-1 && in == keywordsType:
			f.keywords = true
		case f.variadic && i == t.NumIn()-1:
			f.parameters = append(f.parameters, in.Elem())
		default:
			f.parameters = append(f.parameters, in)
		}
	}
	for i, in := range f.parameters {
		if !takes(in) {
			return nil, fmt.Errorf("`%s` cannot be Python's: no Python object becomes its parameter %d, a `%s`", t, i+1, in)
		}
	}
	if n := t.NumOut(); n > 0 && t.Out(n-1) == errorType {
		f.fails = true
	}
	if n := len(f.names); n != 0 && n != len(f.parameters) {
		return nil, fmt.Errorf("python.Func.Parameters names %d parameters of `%s`, which has %d for Python",
			n, t, len(f.parameters))
	}
	texts := append([]string{f.says, described.Doc}, f.names...)
	for _, said := range texts {
		if strings.ContainsRune(said, 0) {
			return nil, errors.New("a name in python.Func with a zero byte")
		}
	}
	f.name, f.doc = cstring(f.says), cstring(f.signature()+described.Doc)
	return f, nil
}

// signature is the beginning of a docstring, from which inspect.signature and help() read the parameters.
func (f *function) signature() string {
	words := make([]string, len(f.parameters), len(f.parameters)+2)
	for i := range words {
		words[i] = fmt.Sprintf("x%d", i+1)
		if f.names != nil {
			words[i] = f.names[i]
		}
		if f.variadic && i == len(words)-1 {
			words[i] = "*" + words[i]
		}
	}
	if alone := f.fixed(); f.names == nil && alone > 0 {
		words = append(words[:alone:alone], append([]string{"/"}, words[alone:]...)...)
	}
	if f.keywords {
		words = append(words, "**keywords")
	}
	return fmt.Sprintf("%s(%s)\n--\n\n", f.says, strings.Join(words, ", "))
}

// fixed is how many arguments there must be.
func (f *function) fixed() int {
	if f.variadic {
		return len(f.parameters) - 1
	}
	return len(f.parameters)
}

// takes tells whether there are Python objects that become a t.
func takes(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice:
		return takes(t.Elem())
	case reflect.Map:
		return takes(t.Key()) && takes(t.Elem())
	case reflect.Pointer:
		return t == objectType
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.String:
		return true
	}
	return numbers[t.Kind()].size != 0
}

// Funcs returns how many of Go's functions Python still has.
func (r *Runtime) Funcs() int {
	return r.values.count()
}
