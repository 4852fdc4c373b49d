package main

import "testing"

func TestCoroutinesThatEndWithTheirCallNeedNoGoroutine(t *testing.T) {
	tests := map[string]bool{
		"func F() int { return 1 }": false,
		"func F(xs iter.Seq[int]) int { next, stop := iter.Pull(xs); defer stop(); a, _ := next(); return a }":                                      false,
		"func F(xs iter.Seq[int]) int { next, _ := iter.Pull[int](xs); for { if a, ok := next(); ok { return a } } }":                               false,
		"func F(xs iter.Seq2[int, string]) int { next, stop := (iter.Pull2[int, string](xs)); defer stop(); a, _, _ := next(); return a }":          false,
		"func F(a, b iter.Seq[int]) iter.Seq[int] { return func(yield func(int) bool) { n, s := iter.Pull(b); defer s(); x, _ := n(); yield(x) } }": false,
		"var next, stop = iter.Pull(count)\nfunc count(yield func(int) bool) {}":                                                                    true,
		"var next func() (int, bool)\nfunc F(xs iter.Seq[int]) { next, _ = iter.Pull(xs) }":                                                         true,
		"func F(xs iter.Seq[int]) (func() (int, bool), func()) { return iter.Pull(xs) }":                                                            true,
		"func F(xs iter.Seq[int]) func() (int, bool) { next, _ := iter.Pull(xs); return next }":                                                     true,
		"func F(xs iter.Seq[int]) func() int { next, _ := iter.Pull(xs); return func() int { a, _ := next(); return a } }":                          true,
		"type T struct { next func() (int, bool) }\nfunc F(t *T, xs iter.Seq[int]) { next, _ := iter.Pull(xs); t.next = next }":                     true,
		"func F(xs iter.Seq[int]) { next, stop := iter.Pull(xs); defer stop(); go next() }":                                                         true,
		"var pull = iter.Pull[int]\nfunc F(xs iter.Seq[int]) { pull(xs) }":                                                                          true,
		"func F(xs iter.Seq[int]) int { next, stop := iter.Pull(xs); p := &next; stop(); a, _ := (*p)(); return a }":                                true,
	}
	for text, want := range tests {
		if got := parsed(t, text).hasCoroutines; got != want {
			t.Errorf("%v of %s", got, text)
		}
	}
}
