package python

import (
	"fmt"
	"reflect"
	"unsafe"
)

// view gives access to the elements of a Python object that exports its memory, until release.
type view struct {
	buffer
	kind reflect.Kind // of an element
}

// letters says which kind of Go a format stands for. Of the letters that have no fixed size, `l` and `n` are 64 bits on
// the systems that Go and Python share but for Windows, where numpy uses `q`.
var letters = map[byte]reflect.Kind{
	'?': reflect.Bool, 'b': reflect.Int8, 'B': reflect.Uint8, 'h': reflect.Int16, 'H': reflect.Uint16,
	'i': reflect.Int32, 'I': reflect.Uint32, 'l': reflect.Int64, 'L': reflect.Uint64, 'q': reflect.Int64,
	'Q': reflect.Uint64, 'n': reflect.Int64, 'N': reflect.Uint64, 'f': reflect.Float32, 'd': reflect.Float64,
}

// view returns nil for an object that exports nothing, or something else than numbers.
func (r *Runtime) view(object uintptr) *view {
	if v := r.numpy.Load().read(object); v != nil {
		return v
	}
	switch typeOf(object) { // which spares them an exception
	case api.PyList_Type, api.PyTuple_Type, api.PyFloat_Type, api.PyLong_Type, api.PyUnicode_Type, api.PyDict_Type:
		return nil
	}
	const stridesAndFormat = 0x1C
	v := new(view)
	if int32(call(api.PyObject_GetBuffer, object, uintptr(unsafe.Pointer(&v.buffer)), stridesAndFormat)) != 0 {
		call(api.PyErr_Clear)
		return nil
	}
	format := "B"
	if v.format != 0 {
		format = cut(v.format)
	}
	if len(format) == 2 && (format[0] == '@' || format[0] == '=' || format[0] == '<') {
		format = format[1:]
	}
	if len(format) == 1 {
		v.kind = letters[format[0]]
	}
	if numbers[v.kind].size != v.itemsize || v.itemsize == 0 {
		v.release()
		return nil
	}
	return v
}

// cut reads at most the first three bytes of C's text at an address: a longer format is none of ours.
func cut(address uintptr) string {
	var read []byte
	for i := uintptr(0); i < 3; i++ {
		b := *at[byte](address + i)
		if b == 0 {
			break
		}
		read = append(read, b)
	}
	return string(read)
}

func (v *view) release() {
	if v.object == 0 {
		return // its memory was not asked for, but read
	}
	call(api.PyBuffer_Release, uintptr(unsafe.Pointer(&v.buffer)))
}

// natural is the Go type that holds the object without loss: a number, a slice, a slice of slices.
func (v *view) natural() reflect.Type {
	kind := kinds[v.kind]
	for range v.dimensions {
		kind = reflect.SliceOf(kind)
	}
	return kind
}

var kinds = map[reflect.Kind]reflect.Type{
	reflect.Bool: reflect.TypeFor[bool](), reflect.Int8: reflect.TypeFor[int8](), reflect.Uint8: reflect.TypeFor[uint8](),
	reflect.Int16: reflect.TypeFor[int16](), reflect.Uint16: reflect.TypeFor[uint16](),
	reflect.Int32: reflect.TypeFor[int32](), reflect.Uint32: reflect.TypeFor[uint32](),
	reflect.Int64: reflect.TypeFor[int64](), reflect.Uint64: reflect.TypeFor[uint64](),
	reflect.Float32: reflect.TypeFor[float32](), reflect.Float64: reflect.TypeFor[float64](),
}

// elements copies the elements, which have one dimension, to a new slice.
func (v *view) elements(to reflect.Value) error {
	count, stride := 0, int(v.itemsize)
	if v.shape != 0 {
		count = int(*at[uintptr](v.shape))
	}
	if v.stride != 0 {
		stride = int(*at[uintptr](v.stride))
	}
	items := reflect.MakeSlice(to.Type(), count, count)
	kind := to.Type().Elem().Kind()
	same := numbers[kind] == numbers[v.kind] && kind != reflect.Bool // Python may have left a 2 in a bool
	if same && stride == int(v.itemsize) {
		bytes := count * stride
		copy(unsafe.Slice((*byte)(items.UnsafePointer()), bytes), unsafe.Slice(at[byte](v.data), bytes))
		to.Set(items)
		return nil
	}
	for i := range count {
		if err := v.element(v.data+uintptr(i*stride), items.Index(i)); err != nil {
			return fmt.Errorf("%w (element %d)", err, i)
		}
	}
	to.Set(items)
	return nil
}

// element sets a Go number or bool to the element at an address.
func (v *view) element(address uintptr, to reflect.Value) error {
	from := reflect.NewAt(kinds[v.kind], *(*unsafe.Pointer)(unsafe.Pointer(&address))).Elem()
	fits := true
	switch {
	case v.kind == reflect.Bool && to.Kind() == reflect.Bool:
		to.SetBool(*at[byte](address) != 0)
	case from.CanInt() && to.CanInt():
		fits = !to.OverflowInt(from.Int())
		to.SetInt(from.Int())
	case from.CanInt() && to.CanUint():
		fits = from.Int() >= 0 && !to.OverflowUint(uint64(from.Int()))
		to.SetUint(uint64(from.Int()))
	case from.CanUint() && to.CanInt():
		fits = from.Uint() < 1<<63 && !to.OverflowInt(int64(from.Uint()))
		to.SetInt(int64(from.Uint()))
	case from.CanUint() && to.CanUint():
		fits = !to.OverflowUint(from.Uint())
		to.SetUint(from.Uint())
	case from.CanFloat() && to.CanFloat():
		fits = !to.OverflowFloat(from.Float())
		to.SetFloat(from.Float())
	case from.CanInt() && to.CanFloat():
		to.SetFloat(float64(from.Int()))
	case from.CanUint() && to.CanFloat():
		to.SetFloat(float64(from.Uint()))
	default:
		return fmt.Errorf("python: cannot convert `%s` to `%s`", from.Type(), to.Type())
	}
	if !fits {
		return tooLarge(fmt.Sprintf("python: %v does not fit in `%s`", from, to.Type()))
	}
	return nil
}
