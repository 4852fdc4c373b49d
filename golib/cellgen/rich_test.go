package main

import (
	"slices"
	"testing"
)

func TestRichMethodsAreKnownByWhatTheyTakeAndReturn(t *testing.T) {
	cell := parsed(t, `import ("html/template"; "image"; "image/color")
type A struct{}
func (*A) HTML() string { return "" }
func (A) PNG() ([]byte, error) { return nil, nil }
func (A) MIMEBundle() map[string]any { return nil }
type B struct{}
func (B) HTML() (template.HTML, error) { return "", nil }
func (B) SVG() []byte { return nil }
type C struct{}
func (C) HTML(int) string { return "" }
func (C) SVG() int { return 0 }
func (C) PNG() string { return "" }
func (C) MIMEBundle() map[string]string { return nil }
type D struct{}
func (D) ColorModel() color.Model { return nil }
func (D) Bounds() (r image.Rectangle) { return }
func (D) At(x, y int) color.Color { return nil }
type E struct{ D }
func (E) At(x, y int64) color.Color { return nil }
type F interface { HTML() string }
`)
	for name, want := range map[string][]string{
		"A": {"HTML", "MIMEBundle", "PNG"}, "B": {"HTML", "SVG"}, "C": nil, "D": {reprPNG}, "E": nil, "F": {"HTML"},
	} {
		i := slices.IndexFunc(cell.Classes, func(class *Class) bool { return class.Name == name })
		if got := cell.Classes[i].Rich; !slices.Equal(got, want) {
			t.Errorf("%s shows itself by %v, want %v", name, got, want)
		}
	}
}

func TestWhatShowsItselfBehindAnInterfaceHasAClassOfItsOwn(t *testing.T) {
	cell := parsed(t, `import "fmt"
type drawn struct{}
func (drawn) String() string { return "" }
func (drawn) SVG() string { return "" }
type other struct{}
func (other) HTML() string { return "" }
func Make(n int) fmt.Stringer { _ = other{}; return drawn{} }
`)
	var names []string
	for _, class := range cell.Classes {
		names = append(names, class.Name)
	}
	if want := []string{"Stringer", "drawn"}; !slices.Equal(names, want) {
		t.Errorf("there are classes %v, want %v", names, want)
	}
}
