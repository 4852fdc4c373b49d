package python

// Must returns value, and panics with err if there is one. It is for programs and tests whose answer to every error is
// to end, and lets the results of this package be used where they arise:
//
//	py := python.Must(python.New(python.Options{}))
//	defer py.Close()
//	sqrt := python.Must(python.Must(py.Import("math")).Attr("sqrt"))
//
// The panic's value is err itself: an exception of Python's is still an *Error for whoever recovers it, and a program
// that nobody saves prints its type and message before Go's own trace. Deferred calls, such as that of Close, are made.
func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
