package show_test

import (
	"fmt"
	"image"
	"sync"

	"gomagic/golib/show"
)

func ExampleHTML() {
	show.HTML("<h3>Birds</h3><table><tr><td>wren</td><td>9 g</td></tr></table>")
	// Output:
	// Birds
	// wren  9 g
}

func ExampleSVG() {
	show.SVG(`<svg width="40" height="40"><title>a dot</title><circle cx="20" cy="20" r="9"/></svg>`)
	// Output: [drawing: a dot]
}

func ExampleMarkdown() {
	show.Markdown("The area is $\\pi r^2$.")
	// Output: The area is $\pi r^2$.
}

func ExampleImage() {
	show.Image(image.NewGray(image.Rect(0, 0, 320, 200)))
	// Output: [picture of 320 x 200]
}

type temperature float64

func (t temperature) HTML() string { return fmt.Sprintf("<b>%.1f</b> degrees", float64(t)) }

func ExampleValue() {
	show.Value(temperature(21))
	show.Value([]int{1, 2})
	// Output:
	// 21
	// [1 2]
}

func ExampleBundle() {
	show.Bundle(map[string]any{"text/html": "<i>three</i>", "application/json": map[string]int{"n": 3}})
	// Output: three
}

// In a notebook the second line takes the place of the first.
func ExampleDisplay() {
	state := show.New()
	for _, text := range []string{"reading", "done"} {
		state.HTML("<i>" + text + "</i>")
	}
	// Output:
	// reading
	// done
}

func ExampleBar() {
	bar := show.NewBar("squares", 10)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { bar.Add(1) })
	}
	all.Wait()
	// Output: squares ██████████████████████████████ 10 of 10
}
