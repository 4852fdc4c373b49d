package main

import "testing"

// TestWhatOnlyReads: of other parameters that hold maps the compiler does not say that Go writes to them.
func TestWhatOnlyReads(t *testing.T) {
	for text, want := range map[string]bool{
		"func F(m map[string]int) int { return m[`a`] }":                                      true,
		"func F(m map[string]int) int { return len(m) }":                                      true,
		"func F(m map[string]int) (t int) { for _, n := range m { t += n }; return }":         true,
		"func F(m map[string]int) bool { x, ok := (m)[`a`]; return ok && x > 0 && m != nil }": true,
		"func F(m map[string]map[int]string) string { return m[`a`][1] }":                     true,
		"func F(m map[string][]float64) float64 { return m[`a`][0] }":                         true,
		"func F(ms []map[string]int) int { return ms[0][`a`] }":                               true,
		"func F(m map[string]*Node) int { return m[`a`].N }\ntype Node struct{ N int }":       true,
		"func F(_ map[string]int) {}":                                                         true,
		"func F(m map[string]int) { m[`a`] = 1 }":                                             false,
		"func F(m map[string]int) { m[`a`]++ }":                                               false,
		"func F(m map[string]int) { (m)[`a`], _ = 1, 2 }":                                     false,
		"func F(m map[string]int) { for m[`a`] = range 3 {} }":                                false,
		"func F(m map[string]int) { delete(m, `a`) }":                                         false,
		"func F(m map[string]int) { clear(m) }":                                               false,
		"func F(m map[string]int) { n := m; n[`a`] = 1 }":                                     false,
		"func F(m map[string]int) { func() { m[`a`] = 1 }() }":                                false,
		"func F(m map[string]int) { g(m) }\nfunc g(map[string]int) {}":                        false,
		"func F(m map[string]int) { maps.Copy(m, m) }":                                        false,
		"func F(m map[string]int) { m = nil }":                                                false,
		"func F(m map[string][]int) { m[`a`][0] = 1 }":                                        false,
		"func F(m map[string][]int) { p := &m[`a`][0]; *p = 1 }":                              false,
		"func F(m map[string][]int) { for _, xs := range m { xs[0] = 1 } }":                   false,
		"func F(m map[string]map[int]string) { m[`a`][1] = `x` }":                             false,
		"func F(m map[string]any) { m[`a`].([]any)[0] = 1 }":                                  false,
		"func F(x any) { x.(map[string]int)[`a`] = 1 }":                                       false,
		"func F(k [1]map[string]int) { k[0][`a`] = 1 }":                                       false,
	} {
		cell := parsed(t, text)
		if len(cell.Calls) == 0 {
			t.Errorf("%s: %v", text, cell.LeftOut)
			continue
		}
		params := cell.Calls[0].Params
		if unseen := params[len(params)-1].Unseen; unseen == want {
			t.Errorf("%s: only read: %t", text, !unseen)
		}
	}
}
