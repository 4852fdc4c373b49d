package bridge

import (
	"errors"
	"slices"
	"testing"
	"unsafe"
)

// mappingOf lays out a mapping of a shim over slices, as Python does over arrays; strides in elements, the same of all operands.
func mappingOf[T, R any](t *testing.T, shim func(unsafe.Pointer), x []T, out []R, shape, strides []int) *mapping {
	t.Helper()
	Register(shim)
	t.Cleanup(func() { table = table[:len(table)-1] })
	layout := []int64{int64(len(table) - 1), 0, 0, int64(len(shape)), 2}
	for _, n := range shape {
		layout = append(layout, int64(n))
	}
	add := func(p unsafe.Pointer, size uintptr) {
		layout = append(layout, int64(uintptr(p)), int64(size), 1)
		for _, n := range strides {
			layout = append(layout, int64(n*int(size)))
		}
	}
	add(unsafe.Pointer(&x[0]), unsafe.Sizeof(x[0]))
	add(unsafe.Pointer(&out[0]), unsafe.Sizeof(out[0]))
	m := newMapping(layout)
	return m
}

type halve struct {
	Head
	x Number[int16]
	r Number[float32]
}

func halved(p unsafe.Pointer) {
	a := (*halve)(p)
	if a.x.Get() < 0 {
		a.Fail(errors.New("negative"))
		return
	}
	a.r.Set(float32(a.x.Get()) / 2)
}

func TestAMappingJoinsWhatLiesInEvenSteps(t *testing.T) {
	x, out := make([]int16, 24), make([]float32, 24)
	for _, c := range []struct{ shape, strides, joined []int }{
		{[]int{2, 3, 4}, []int{12, 4, 1}, []int{24}},
		{[]int{2, 3, 2}, []int{12, 4, 1}, []int{6, 2}},
		{[]int{2, 3, 2}, []int{12, 4, 2}, []int{12}},
		{[]int{2, 3, 4}, []int{0, 4, 1}, []int{2, 12}},
		{[]int{}, []int{}, []int{1}},
	} {
		if m := mappingOf(t, halved, x, out, c.shape, c.strides); !slices.Equal(m.shape, c.joined) {
			t.Errorf("%v by %v became %v", c.shape, c.strides, m.shape)
		}
	}
}

func TestAMappingGoesOnWhereItWasStopped(t *testing.T) {
	x, out := []int16{1, 2, 3, 4, 5, 6}, make([]float32, 6)
	calls := 0
	var m *mapping
	m = mappingOf(t, func(p unsafe.Pointer) {
		halved(p)
		if calls++; calls == 3 {
			m.stopped.Store(true)
		}
	}, x, out, []int{3, 2}, []int{2, 1})
	if err := m.run(); err != nil || m.at != 3 || out[3] != 0 {
		t.Error(err, m.at, out)
	}
	m.stopped.Store(false)
	if err := m.run(); err != nil || m.at != 6 || calls != 6 || !slices.Equal(out, []float32{0.5, 1, 1.5, 2, 2.5, 3}) {
		t.Error(err, m.at, calls, out)
	}
}

func TestAMappingEndsWithTheFirstError(t *testing.T) {
	x, out := []int16{2, 4, -1, 8}, make([]float32, 4)
	m := mappingOf(t, halved, x, out, []int{2, 2}, []int{2, 1})
	if err := m.run(); err == nil || err.Error() != "negative" || m.at != 2 || !slices.Equal(out, []float32{1, 2, 0, 0}) {
		t.Error(err, m.at, out)
	}
}
