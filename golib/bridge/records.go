package bridge

import "unsafe"

// Borrow is Take for a []T of structs of numbers alone. C may have lent the caller's array in place of a parcel, if that
// lies in memory as Go would have it: then n is what lent makes of how many there are. Go gets a copy if it may keep it.
// What Borrow returns is to be deferred: it brings back what Go has written.
func (a *Parcel) Borrow(h *Head, i int, c Codec, p unsafe.Pointer) (end func()) {
	if a.n >= 0 {
		a.Take(c, p)
		return func() { a.Back(h, i, c, p) }
	}
	all, lent := (*numberSlice)(p), *(*unsafe.Pointer)(unsafe.Pointer(&a.p))
	*all = numberSlice{lent, ^a.n, ^a.n}
	if h.own>>i&1 == 0 {
		return func() {}
	}
	of := c.(*slice)
	copyOf := func() unsafe.Pointer {
		var made []byte
		items := of.make(unsafe.Pointer(&made), ^a.n)
		copy(unsafe.Slice((*byte)(items), ^a.n*of.size), unsafe.Slice((*byte)(lent), ^a.n*of.size))
		return items
	}
	all.p = copyOf()
	if h.wrote>>i&1 == 0 {
		return func() {}
	}
	now, before := all.p, copyOf() // the function may put another slice into its parameter
	return func() { mergeBits(lent, now, before, ^a.n*of.size, 1) }
}
