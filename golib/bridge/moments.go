package bridge

import (
	"strings"
	"time"
	"unsafe"
)

// What Python has classes of its own for crosses as bytes, which gomagic/bind/converted.py makes and reads.

// DurationOf is the codec of time.Duration: its nanoseconds.
func DurationOf() Codec { return duration{} }

type duration struct{}

func (duration) pack(w *writer, p unsafe.Pointer) {
	w.int(slotSize)
	w.int(*(*int)(p))
}

func (duration) unpack(r *reader, p unsafe.Pointer) {
	r.int()
	*(*int)(p) = r.int()
}

// TimeOf is the codec of time.Time: seconds since 1970, nanoseconds, how many seconds its zone is east of UTC, and the
// zone's name.
func TimeOf() Codec { return moment{} }

type moment struct{}

func (moment) pack(w *writer, p unsafe.Pointer) {
	t := *(*time.Time)(p)
	name, offset := t.Zone()
	if place := t.Location().String(); strings.Contains(place, "/") || place == "UTC" {
		name = place
	}
	w.int(2*slotSize + len(name))
	w.int(int(t.Unix()))
	w.int(offset<<32 | t.Nanosecond())
	w.bytes(unsafe.Pointer(unsafe.StringData(name)), len(name))
}

func (moment) unpack(r *reader, p unsafe.Pointer) {
	length, seconds, rest := r.int(), r.int(), r.int()
	name := string(r.bytes(length - 2*slotSize))
	t := time.Unix(int64(seconds), int64(uint32(rest)))
	*(*time.Time)(p) = t.In(zone(name, rest>>32, t))
}

// zone is the place of that name, if it is so far east of UTC at that time, else a zone that always is.
func zone(name string, offset int, t time.Time) *time.Location {
	if name == "UTC" && offset == 0 {
		return time.UTC
	}
	if strings.Contains(name, "/") {
		if place, err := time.LoadLocation(name); err == nil {
			if _, there := t.In(place).Zone(); there == offset {
				return place
			}
		}
	}
	return time.FixedZone(name, offset)
}

// BigOf is the codec of a big.Int or a pointer to one: whether it is there at all, its sign, and its bytes. get and set are
// written by cellgen, so that only cells with such numbers have them.
func BigOf(get func(p unsafe.Pointer) (sign int, magnitude []byte, ok bool), set func(p unsafe.Pointer, sign int, magnitude []byte, ok bool)) Codec {
	return &big{get, set}
}

type big struct {
	get func(p unsafe.Pointer) (sign int, magnitude []byte, ok bool)
	set func(p unsafe.Pointer, sign int, magnitude []byte, ok bool)
}

func (b *big) pack(w *writer, p unsafe.Pointer) {
	sign, magnitude, ok := b.get(p)
	if !ok {
		w.int(0)
		return
	}
	all := append([]byte{byte(sign)}, magnitude...)
	w.int(len(all))
	w.bytes(unsafe.Pointer(unsafe.SliceData(all)), len(all))
}

func (b *big) unpack(r *reader, p unsafe.Pointer) {
	all := r.bytes(r.int())
	if len(all) == 0 {
		b.set(p, 0, nil, false)
		return
	}
	b.set(p, int(int8(all[0])), all[1:], true)
}
