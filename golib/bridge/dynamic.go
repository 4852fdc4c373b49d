package bridge

import (
	"reflect"
	"time"
	"unsafe"
)

// AnyOf is the codec of interfaces without methods. A slot says what is in one: a letter, and above it the code of its
// numbers or the number of a form; then comes that value. C's side of it is any.c, which has the same letters.
func AnyOf() Codec { return dynamic{} }

type dynamic struct{}

func (dynamic) pack(w *writer, p unsafe.Pointer)   { w.any(reflect.ValueOf((*any)(p)).Elem(), false) }
func (dynamic) unpack(r *reader, p unsafe.Pointer) { *(*any)(p) = r.any() }

const (
	inNothing  = 0
	inNumber   = '1'
	inText     = 's'
	inBytes    = 'y'
	inNumbers  = 'a'
	inFixed    = 'f' // an array of numbers: their number, and their bytes
	inItems    = 'l'
	inKey      = 'k' // an array that is a key
	inMap      = 'd' // 1 above: its keys are text
	inDuration = 'D'
	inTime     = 'T'
	inError    = 'E'
	inForm     = 'v'
	inPythons  = 'p' // an object of Python's: its address
	inUnknown  = '?' // the name of its type
)

// Known is a type of the cell's whose values an interface may hold, with its form's number in the manifest. isHeld: of such
// a value Python has a handle.
type Known struct {
	number int
	of     reflect.Type
	codec  Codec
	isHeld bool
}

// Knows is a T.
func Knows[T any](number int, codec Codec) Known {
	of := reflect.TypeFor[T]()
	_, isHandle := codec.(*pointer)
	return Known{number, of, codec, isHandle && of.Kind() != reflect.Pointer && of.Kind() != reflect.Interface}
}

// Those that are held are known by their types if they are structs alone: other values come to Python as what they are made
// of, unless they have come from there. So are interfaces, whose values are of other types.
var knownByType, heldByType, knownByNumber = map[reflect.Type]Known{}, map[reflect.Type]Known{}, map[int]Known{}

// Know adds a type.
func Know(one Known) {
	knownByNumber[one.number] = one
	if one.isHeld {
		heldByType[one.of] = one
	}
	if !one.isHeld || one.of.Kind() == reflect.Struct {
		knownByType[one.of] = one
	}
}

func (w *writer) tag(letter byte, above int) { w.int(int(letter) | above<<8) }

// codeOf is the code of numbers of a kind, as in golib/cellgen/kinds.go, but `n` for int; 0 of what is no number.
func codeOf(kind reflect.Kind) byte {
	const codes = "?nbhiqQBHIQQfdFD"
	if kind < reflect.Bool || kind > reflect.Complex128 {
		return 0
	}
	return codes[kind-reflect.Bool]
}

// any writes what is in an interface. asKey: it is a key of a map.
func (w *writer) any(v reflect.Value, asKey bool) {
	for v.Kind() == reflect.Interface {
		if !v.IsNil() && w.again(v) {
			return
		}
		v = v.Elem()
	}
	kind := v.Kind()
	if kind == reflect.Invalid || kind == reflect.Pointer && v.IsNil() || v.Type() == reflect.TypeFor[struct{}]() {
		w.tag(inNothing, 0)
		return
	}
	w.enter()
	defer w.leave()
	if one, ok := knownByType[v.Type()]; ok && !(asKey && kind == reflect.Array) {
		w.tag(inForm, one.number)
		one.codec.pack(w, addressOfValue(v))
		return
	}
	if object := implementedBy(v); object != 0 {
		w.owned = append(w.owned, object)
		w.tag(inPythons, 0)
		w.int(int(object))
		return
	}
	switch v.Type() {
	case reflect.TypeFor[time.Duration]():
		w.tag(inDuration, 0)
		duration{}.pack(w, addressOfValue(v))
		return
	case reflect.TypeFor[time.Time]():
		w.tag(inTime, 0)
		moment{}.pack(w, addressOfValue(v))
		return
	}
	if v.NumMethod() > 0 {
		if err, ok := v.Interface().(error); ok {
			w.tag(inError, 0)
			FaultOf().pack(w, unsafe.Pointer(&err))
			return
		}
	}
	code := codeOf(kind)
	switch {
	case code != 0:
		w.tag(inNumber, int(code))
		number(v.Type().Size()).pack(w, addressOfValue(v))
	case kind == reflect.String:
		w.tag(inText, 0)
		text{}.pack(w, addressOfValue(v))
	case kind == reflect.Slice:
		w.slice(v)
	case kind == reflect.Array:
		w.array(v, asKey)
	case kind == reflect.Map:
		w.mapping(v)
	case faceFor(v.Type()).of != nil:
		one := faceFor(v.Type())
		var d Dynamic[any]
		d.number, d.class, d.is = giveHeld(v.Interface(), one.of)
		w.given = append(w.given, d.number)
		w.tag(inForm, one.number)
		*(*Dynamic[any])(w.take(2 * slotSize)) = d
	default:
		name := v.Type().String()
		w.tag(inUnknown, 0)
		text{}.pack(w, unsafe.Pointer(&name))
	}
}

// faceFor is the interface that wants most of what a type has.
func faceFor(of reflect.Type) (most Known) {
	for _, one := range knownByNumber {
		if one.of.Kind() != reflect.Interface || !of.Implements(one.of) {
			continue
		}
		if most.of == nil || one.of.NumMethod() > most.of.NumMethod() || one.of.NumMethod() == most.of.NumMethod() && one.number < most.number {
			most = one
		}
	}
	return most
}

// again writes what an interface holds by the number by which it has come from Python; it tells whether it has one. Errors
// have numbers of another kind.
func (w *writer) again(v reflect.Value) bool {
	value := v.Interface()
	if _, isError := value.(error); isError || w.came == nil {
		return false
	}
	d := Dynamic[any]{number: w.came.next(value)}
	if d.number == 0 {
		return false
	}
	var one Known
	switch held := slotWith(d.number).value.(type) {
	case opaque:
		one, d.class = faceOf(held.class), held.class
	case *opaque:
		one, d.class, d.is = faceOf(held.class), held.class, isValue
	default:
		one = heldByType[v.Elem().Type()]
	}
	if one.of == nil {
		return false
	}
	objects.giveAgain(d.number)
	w.given = append(w.given, d.number)
	w.tag(inForm, one.number)
	if one.isHeld {
		w.int(int(d.number))
	} else {
		*(*Dynamic[any])(w.take(2 * slotSize)) = d
	}
	return true
}

// faceOf is the interface of a class.
func faceOf(class uint32) Known {
	for _, one := range knownByNumber {
		if number, ok := classes[one.of]; ok && number == class && one.of.Kind() == reflect.Interface {
			return one
		}
	}
	return Known{}
}

func addressOfValue(v reflect.Value) unsafe.Pointer {
	if v.CanAddr() {
		return v.Addr().UnsafePointer()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

func (w *writer) slice(v reflect.Value) {
	elem := v.Type().Elem()
	code := codeOf(elem.Kind())
	all := numberSlice{v.UnsafePointer(), v.Len(), v.Cap()}
	switch code {
	case 0:
		w.tag(inItems, 0)
		w.items(v, false)
	case 'B':
		w.tag(inBytes, 0)
		byteSlice{}.pack(w, unsafe.Pointer(&all))
	default:
		w.tag(inNumbers, int(code))
		numbers(elem.Size()).pack(w, unsafe.Pointer(&all))
	}
}

func (w *writer) array(v reflect.Value, asKey bool) {
	elem := v.Type().Elem()
	code := codeOf(elem.Kind())
	switch {
	case asKey:
		w.tag(inKey, 0)
		w.items(v, true)
	case code != 0:
		w.tag(inFixed, int(code))
		w.int(v.Len())
		w.bytes(addressOfValue(v), v.Len()*int(elem.Size()))
	default:
		w.tag(inItems, 0)
		w.items(v, false)
	}
}

func (w *writer) items(v reflect.Value, asKeys bool) {
	w.int(v.Len())
	for i := range v.Len() {
		w.any(v.Index(i), asKeys)
	}
}

func (w *writer) mapping(v reflect.Value) {
	isText := 0
	if v.Type().Key().Kind() == reflect.String {
		isText = 1
	}
	w.tag(inMap, isText)
	w.int(v.Len())
	for pairs := v.MapRange(); pairs.Next(); {
		w.any(pairs.Key(), true)
		w.any(pairs.Value(), false)
	}
}

// any reads what an interface is to hold: of Python's own values and of arrays what they mostly are in Go.
func (r *reader) any() any {
	tag := r.int()
	switch above := tag >> 8; tag & 0xff {
	case inNumber:
		return readersOf(byte(above)).one(r)
	case inNumbers:
		return readersOf(byte(above)).slice(r)
	case inText:
		return string(r.bytes(r.int()))
	case inBytes:
		return sliceOf[byte](r)
	case inItems:
		all := make([]any, r.int())
		for i := range all {
			all[i] = r.any()
		}
		return all
	case inMap:
		if above == 1 {
			return mapOf[string](r)
		}
		return mapOf[any](r)
	case inDuration:
		return valueOf[time.Duration](r, duration{})
	case inTime:
		return valueOf[time.Time](r, moment{})
	case inError:
		return valueOf[error](r, FaultOf())
	case inForm:
		one, number := knownByNumber[above], *(*uint64)(r.p)
		p := reflect.New(one.of)
		one.codec.unpack(r, p.UnsafePointer())
		value := p.Elem().Interface()
		if one.isHeld {
			r.came.add(value, number)
		}
		return value
	}
	return nil
}

func valueOf[T any](r *reader, codec Codec) any {
	var value T
	codec.unpack(r, unsafe.Pointer(&value))
	return value
}

func sliceOf[T any](r *reader) any {
	var all []T
	var one T
	numbers(unsafe.Sizeof(one)).unpack(r, unsafe.Pointer(&all))
	return all
}

func mapOf[K comparable](r *reader) any {
	n := r.int()
	m := make(map[K]any, n)
	for range n {
		key, _ := r.any().(K) // nil is one
		m[key] = r.any()
	}
	return m
}

// ofCode reads numbers of one type, alone or a slice of them.
type ofCode struct{ one, slice func(*reader) any }

func readers[T any]() ofCode {
	return ofCode{func(r *reader) any {
		var one T
		return valueOf[T](r, number(unsafe.Sizeof(one)))
	}, sliceOf[T]}
}

// readersOf are those of a code of numbers: a switch, since Go would make a map in each library at its start.
func readersOf(code byte) (of ofCode) {
	switch code {
	case '?':
		return readers[bool]()
	case 'n':
		return readers[int]()
	case 'b':
		return readers[int8]()
	case 'h':
		return readers[int16]()
	case 'i':
		return readers[int32]()
	case 'q':
		return readers[int64]()
	case 'B':
		return readers[uint8]()
	case 'H':
		return readers[uint16]()
	case 'I':
		return readers[uint32]()
	case 'Q':
		return readers[uint64]()
	case 'f':
		return readers[float32]()
	case 'd':
		return readers[float64]()
	case 'F':
		return readers[complex64]()
	case 'D':
		return readers[complex128]()
	}
	return of
}
