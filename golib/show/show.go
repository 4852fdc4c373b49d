// Package show shows HTML, pictures and progress bars below the notebook's cell, where a program can otherwise print only
// text. It works in programs and in Go that Python calls, from any goroutine.
//
// A whole program, in a notebook cell:
//
//	%%gorun
//	import "gomagic/golib/show"
//
//	show.HTML("<b>bold</b>")
//	bar := show.NewBar("counting", 100)
//	for range 100 {
//		time.Sleep(20 * time.Millisecond)
//		bar.Add(1)
//	}
//
// What is shown stands where it would if it had been printed, of a program in the background below the cell that started
// it, and of tests above their table. Where nobody shows it, in a terminal or a file, its text is printed instead: HTML
// without its tags, of a picture what it is. So no function here fails, and what could not be made, as a picture without a
// pixel, is said in one line on stderr.
//
// A goroutine may go on when its cell has ended: what it has shown changes then as before, and what is new waits for the
// next cell, as what it prints does.
//
// Most is shown once. A [Display] is a place whose content can change:
//
//	loss := show.New()
//	for epoch := range 10 {
//		loss.SVG(chart(epoch))
//	}
//
// A value that has one of the methods HTML, SVG, PNG and MIMEBundle, or is an image.Image, needs none of this where Python
// gets it as the last line of a cell: it is shown as it shows itself. [Value] does the same from Go.
package show

import (
	"fmt"
	"image"
	"os"
	"time"
)

// HTML shows HTML. The page's own letters and colours hold, in light and in dark, where it names none.
func HTML(text string) { New().HTML(text) }

// SVG shows a drawing, an <svg> element.
func SVG(text string) { New().SVG(text) }

// Markdown shows text with the marks of Markdown, and formulas between dollar signs.
func Markdown(text string) { New().Markdown(text) }

// PNG shows a picture that is PNG already.
func PNG(data []byte) { New().PNG(data) }

// Image shows a picture, as large as it has pixels.
func Image(picture image.Image) { New().Image(picture) }

// Value shows a value as it shows itself: by its methods HTML, SVG, PNG and MIMEBundle, with or without an error, or as an
// image.Image; another one is printed. A panic in one of these is said on stderr.
func Value(v any) { New().Value(v) }

// Bundle shows one content in several forms, of which the notebook takes the best that it knows: what has a key such as
// "text/html" or "application/json". Pictures are []byte. "text/plain" is what a terminal gets.
func Bundle(forms map[string]any) { New().Bundle(forms) }

// New is a place that is not shown yet.
func New() *Display { return &Display{id: newID()} }

// NewBar shows a bar of so many steps. In a terminal it is drawn in one line; in a file or a pipe it is printed when it ends.
func NewBar(label string, total int) *Bar {
	bar := &Bar{display: New(), label: label, total: max(total, 0), began: time.Now()}
	bar.draw()
	return bar
}

func remark(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "show: "+format+"\n", args...)
}
