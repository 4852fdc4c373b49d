package python

import (
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// values holds the values of Go's that Python objects lead to, each behind a capsule: until Python has dropped that.
type values struct {
	drop uintptr // a capsule's destructor

	mutex     sync.Mutex
	byCapsule map[uintptr]*any
}

var capsuleName = cstring("golib.python")

func (v *values) prepare() {
	v.byCapsule = map[uintptr]*any{}
	v.drop = purego.NewCallback(func(capsule uintptr) {
		v.mutex.Lock()
		defer v.mutex.Unlock()
		delete(v.byCapsule, capsule)
	})
}

// keep makes a capsule of a value; 0 if Python has no memory.
func (v *values) keep(value any) uintptr {
	held := &value
	capsule := call(api.PyCapsule_New, uintptr(unsafe.Pointer(held)), uintptr(unsafe.Pointer(capsuleName)), v.drop)
	if capsule == 0 {
		return 0
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.byCapsule[capsule] = held
	return capsule
}

// keptIn is the value of a capsule, whose pointer is the first that follows an object's head.
func keptIn(capsule uintptr) any {
	return **at[*any](capsule + head)
}

func (v *values) count() int {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	n := 0
	for _, held := range v.byCapsule {
		if _, ok := (*held).(*function); ok {
			n++
		}
	}
	return n
}
