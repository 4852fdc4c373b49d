// Package python runs Python inside a Go program: it starts an interpreter, calls its functions with Go's values and
// on the memory of Go's slices, and brings back results and exceptions.
//
// A whole program:
//
//	func main() {
//		py := python.Must(python.New(python.Options{})) // the environment that is active, `.venv`, else `python3`
//		defer py.Close()
//
//		stats := python.Must(py.Module("stats", "def spread(x): return x.max() - x.min()"))
//		spread := python.Must(stats.Attr("spread"))
//
//		temperatures := []float64{19.5, 22.0, 17.25}
//		fmt.Println(python.Must(python.Call[float64](context.Background(), spread, temperatures))) // 4.75
//	}
//
// Must ends the program at an error; a program that goes on after one looks at it as usual, and finds an exception of
// Python's as an *Error.
//
// There is no cgo in it, no flag to set and nothing to link: libpython is found when the program runs, so that one
// binary works with any CPython from 3.10 on that has a shared one, and with the packages of its virtual environment.
//
// Who frees what: an Object holds a Python object until Release, or until Go's garbage collector finds it unused. A
// slice of numbers is lent to Python without a copy and stays pinned until the last Python object that sees it is
// gone, which for an argument is mostly the end of the call; Views counts those that are left. Results are copies.
//
// Go functions are Python's, too: as arguments of a call, or as attributes of a module; see Func. Their errors are
// exceptions, and still the same errors where a call returns them to Go.
//
// Goroutines may share all of it. Python itself runs one of them at a time, as its global interpreter lock (GIL) has
// it, except where a function gives the lock up, as numpy and input or output do. Await waits for what async functions
// return. What Python keeps for a thread (threading.local, contextvars) belongs to a thread of the operating system: a
// goroutine may find itself on another one at its next call, except in the work of Thread. It is given up some time after the thread has ended, as one does whose goroutine ends locked to
// it. Python code that forks gets a child without Go's threads: for multiprocessing, choose spawn.
package python
