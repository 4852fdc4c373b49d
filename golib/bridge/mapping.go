package bridge

// A function of numbers is called here for every element of arrays, see gomagic/bind/mapped.py: by the shim that every call
// runs, in a loop that does not leave Go. Entering Go is nine tenths of such a call: an element takes a fortieth of what it takes
// from a loop of Python's. A loop of its own for each function, in which Go could inline it, would take half as long, and 45 ms
// of a processor each time that a cell is built. Without this file `gomagic.map` is gone, and nothing else.

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
	"unsafe"
)

// operand is one array of a mapping: where its first element lies, and that of the row that is under way.
type operand struct {
	base, first unsafe.Pointer
	size        int // bytes of an element
	strides     []int
	slot        unsafe.Pointer // in the block
}

// at is the element i of a row. Nothing ever points behind an array, where the garbage collector may not look.
func at(first unsafe.Pointer, i, stride int) unsafe.Pointer { return unsafe.Add(first, i*stride) }

// mapping is a function that is called for every element of arrays of one shape; the last operand takes what it returns.
type mapping struct {
	shim         func(unsafe.Pointer)
	takesContext bool
	block        [mostSlots]int64
	shape        []int
	operands     []operand
	at           int // how many elements are done, in C's order
	stopped      atomic.Bool
	isLate       atomic.Bool // its time is over, and so it has been stopped
}

// newMapping reads what Python lays out: the number of the function, whether it takes a context, the first element to call it
// for, how many dimensions and operands there are, the shape, and of each operand its address, the bytes of an element, the
// slots it has in a block, and its strides in bytes.
func newMapping(layout []int64) *mapping {
	next := func() (number int) {
		number, layout = int(layout[0]), layout[1:]
		return number
	}
	m := &mapping{shim: table[next()]}
	m.takesContext = next() != 0
	m.at = next()
	dimensions, operands := next(), next()
	for range dimensions {
		m.shape = append(m.shape, next())
	}
	slot := headSlots
	if m.takesContext {
		slot += contextSlots
	}
	for range operands {
		// The address is read as a pointer: it is none of Go's, or the arrays of Python's are what keeps it.
		o := operand{base: *(*unsafe.Pointer)(unsafe.Pointer(&layout[0])), slot: unsafe.Pointer(&m.block[slot])}
		next()
		o.size = next()
		slot += next()
		for range dimensions {
			o.strides = append(o.strides, next())
		}
		m.operands = append(m.operands, o)
	}
	m.join()
	return m
}

// join makes one dimension of two through which all operands go in even steps, so that the rows are as long as can be.
func (m *mapping) join() {
	for d := len(m.shape) - 2; d >= 0; d-- {
		even := true
		for _, o := range m.operands {
			even = even && o.strides[d] == o.strides[d+1]*m.shape[d+1]
		}
		if !even {
			continue
		}
		m.shape[d] *= m.shape[d+1]
		m.shape = append(m.shape[:d+1], m.shape[d+2:]...)
		for i := range m.operands {
			o := &m.operands[i]
			o.strides = append(o.strides[:d], o.strides[d+1:]...)
		}
	}
	if len(m.shape) == 0 { // a number alone
		m.shape = []int{1}
		for i := range m.operands {
			m.operands[i].strides = []int{0}
		}
	}
}

// total is how many elements there are.
func (m *mapping) total() int {
	n := 1
	for _, length := range m.shape {
		n *= length
	}
	return n
}

// run calls the function for the elements that are not done. It returns early when it is stopped, and with an error of the
// function's; what the function panics with it lets pass. Both ways `at` is where.
func (m *mapping) run() error {
	if m.total() == 0 {
		return nil
	}
	last := len(m.shape) - 1
	rows := m.total() / m.shape[last]
	row, err := m.loop(), (*uint64)(unsafe.Pointer(&(*Head)(unsafe.Pointer(&m.block)).err))
	for r := m.at / m.shape[last]; r < rows; r++ {
		for i := range m.operands {
			o := &m.operands[i]
			offset := 0
			for d, rest := last-1, r; d >= 0; d-- {
				offset += rest % m.shape[d] * o.strides[d]
				rest /= m.shape[d]
			}
			o.first = unsafe.Add(o.base, offset)
		}
		row(m, m.at-r*m.shape[last])
		if handle := *err; handle != 0 {
			failed := Held(handle)
			release(handle)
			return failed
		}
		if m.at < (r+1)*m.shape[last] {
			return nil // stopped
		}
	}
	return nil
}

// went tells whether the shim that has just been called brought no error.
func (m *mapping) went() bool { return (*Head)(unsafe.Pointer(&m.block)).err == 0 }

// row is what of an operand a loop through a row needs.
func (m *mapping) row(i int) (first unsafe.Pointer, stride int, slot unsafe.Pointer) {
	o := &m.operands[i]
	return o.first, o.strides[len(o.strides)-1], o.slot
}

func (m *mapping) length() int { return m.shape[len(m.shape)-1] }

type bits interface {
	uint8 | uint16 | uint32 | uint64
}

// loop is what goes through a row from an element on. One operand, or two numbers of eight bytes, have loops that need not ask
// for the size of each.
func (m *mapping) loop() func(m *mapping, from int) {
	out := m.operands[len(m.operands)-1].size
	switch len(m.operands) {
	case 2:
		switch m.operands[0].size {
		case 1:
			return unaryTo[uint8](out)
		case 2:
			return unaryTo[uint16](out)
		case 4:
			return unaryTo[uint32](out)
		case 8:
			return unaryTo[uint64](out)
		}
	case 3:
		if m.operands[0].size == 8 && m.operands[1].size == 8 && out == 8 {
			return binary
		}
	}
	return anyRow
}

func unaryTo[In bits](size int) func(m *mapping, from int) {
	switch size {
	case 1:
		return unary[In, uint8]
	case 2:
		return unary[In, uint16]
	case 4:
		return unary[In, uint32]
	case 8:
		return unary[In, uint64]
	}
	return anyRow
}

// A loop notes where it is by a store alone: to count up in memory would make each turn wait for the one before.
func unary[In, Out bits](m *mapping, from int) {
	x, step, in := m.row(0)
	to, stepTo, out := m.row(1)
	shim, block := m.shim, unsafe.Pointer(&m.block)
	before := m.at - from
	for i, n := from, m.length(); i < n && !m.stopped.Load(); i++ {
		*(*In)(in) = *(*In)(at(x, i, step))
		shim(block)
		if !m.went() {
			return
		}
		*(*Out)(at(to, i, stepTo)) = *(*Out)(out)
		m.at = before + i + 1
	}
}

func binary(m *mapping, from int) {
	x, step, in := m.row(0)
	y, stepY, inY := m.row(1)
	to, stepTo, out := m.row(2)
	shim, block := m.shim, unsafe.Pointer(&m.block)
	before := m.at - from
	for i, n := from, m.length(); i < n && !m.stopped.Load(); i++ {
		*(*uint64)(in) = *(*uint64)(at(x, i, step))
		*(*uint64)(inY) = *(*uint64)(at(y, i, stepY))
		shim(block)
		if !m.went() {
			return
		}
		*(*uint64)(at(to, i, stepTo)) = *(*uint64)(out)
		m.at = before + i + 1
	}
}

func anyRow(m *mapping, from int) {
	last := len(m.operands) - 1
	to, stepTo, out := m.row(last)
	before := m.at - from
	for i, n := from, m.length(); i < n && !m.stopped.Load(); i++ {
		for j := range last {
			x, step, in := m.row(j)
			move(in, at(x, i, step), m.operands[j].size)
		}
		m.shim(unsafe.Pointer(&m.block))
		if !m.went() {
			return
		}
		move(at(to, i, stepTo), out, m.operands[last].size)
		m.at = before + i + 1
	}
}

func move(to, from unsafe.Pointer, size int) {
	switch size {
	case 1:
		*(*uint8)(to) = *(*uint8)(from)
	case 2:
		*(*uint16)(to) = *(*uint16)(from)
	case 4:
		*(*uint32)(to) = *(*uint32)(from)
	case 8:
		*(*uint64)(to) = *(*uint64)(from)
	default:
		*(*[2]uint64)(to) = *(*[2]uint64)(from)
	}
}

// mapped is what a mapping brings to Python: how many elements are done; the handle of a panic, or the error; and once more
// that handle, for what releases it. An interrupt stops it before the next element, and cancels the context that the
// function has, which may end by a time limit too.
type mapped struct {
	at       int64
	panicked uint64
	owner    uint64
	err      Raisable
}

func (m *mapping) call(c *Context) (out mapped) {
	if m.takesContext {
		defer limitByContext(m, c)()
	} else {
		defer m.limit(c)()
	}
	defer func() {
		if value := recover(); value != nil {
			out.fail(caughtOf(value))
		}
		out.at = int64(m.at)
	}()
	err := m.run()
	if err == nil && m.at < m.total() && m.isLate.Load() {
		err = context.DeadlineExceeded
	}
	if err != nil {
		out.err.Set(err)
	} else if stray := strayIfAny(); stray != nil {
		out.fail(stray)
	}
	return out
}

func (m *mapping) stop() { m.stopped.Store(true) }

func (m *mapping) stopLate() {
	m.isLate.Store(true)
	m.stop()
}

// limit has an interrupt stop the mapping, and the end of its time.
func (m *mapping) limit(c *Context) (end func()) {
	var listener *listener
	if c.before >= 0 {
		listener = listenFrom(c.before, m.stop)
	}
	var timer *time.Timer
	if c.timeout >= 0 {
		timer = time.AfterFunc(time.Duration(c.timeout), m.stopLate)
	}
	return func() {
		if listener != nil {
			listener.leave()
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// limitByContext is limit where the function takes a context; see parts.go.
var limitByContext func(m *mapping, c *Context) (end func())

// withContext has the end of a context stop the mapping, and the function get it.
func (m *mapping) withContext(c *Context) (end func()) {
	ctx, cancel := c.Begin()
	forget := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			m.stopLate()
		}
		m.stop()
	})
	m.give(ctx, c)
	return func() {
		forget()
		cancel()
	}
}

// give has the function get the context of the call for each element, as the call of one element would: each has what is left
// of the time.
func (m *mapping) give(ctx context.Context, c *Context) {
	each := (*Context)(unsafe.Pointer(&m.block[headSlots]))
	*each = *c
	if until, ok := ctx.Deadline(); ok {
		shim := m.shim
		m.shim = func(block unsafe.Pointer) {
			each.timeout = max(int64(time.Until(until)), 0)
			shim(block)
		}
	}
}

func strayIfAny() *caught {
	if strays.waiting.Load() {
		return takeStray()
	}
	return nil
}

// fail notes what the function has panicked with; an exception that one of Python's functions has raised is that itself.
func (out *mapped) fail(c *caught) {
	if err, ok := c.value.(error); ok && pythonsOf(err) != 0 {
		out.err.Set(err)
		return
	}
	out.panicked = hold(c)
	out.owner = out.panicked
}
