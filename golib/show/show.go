// Package show shows HTML, pictures and progress bars below the notebook's cell, where a program can otherwise print only
// text. It works in programs and in Go that Python calls, from any goroutine.
//
// A whole program, in a notebook cell:
//
//	%%gorun
//	package main
//
//	import (
//		"time"
//
//		"gomagic/golib/show"
//	)
//
//	func main() {
//		show.HTML("<b>bold</b>")
//		bar := show.NewBar("counting", 100)
//		for range 100 {
//			time.Sleep(20 * time.Millisecond)
//			bar.Add(1)
//		}
//	}
//
// What is shown stands where it would if it had been printed. Where nobody shows it, in a terminal, a file or a test, its
// text is printed instead: HTML without its tags, of a picture what it is. So no function here fails, and what could not be
// made, as a picture without a pixel, is said in one line on stderr.
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
	"encoding/base64"
	"fmt"
	"image"
	"os"
	"sync"
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

// Display is a place below a cell. The first content shows it, another one takes the place of that. Goroutines may share it.
type Display struct {
	lock    sync.Mutex
	id      string // nobody else has
	isShown bool
	printed string
}

// New is a place that is not shown yet.
func New() *Display { return &Display{id: newID()} }

// HTML shows HTML in place of what the display has shown.
func (d *Display) HTML(text string) {
	d.show(bundle{"text/html": valid(text), plainText: withoutTags(text)})
}

// SVG shows a drawing in place of what the display has shown.
func (d *Display) SVG(text string) {
	d.show(bundle{"image/svg+xml": valid(text), plainText: titleOf(text)})
}

// Markdown shows it in place of what the display has shown.
func (d *Display) Markdown(text string) {
	d.show(bundle{"text/markdown": valid(text), plainText: valid(text)})
}

// PNG shows a picture in place of what the display has shown.
func (d *Display) PNG(data []byte) {
	d.show(bundle{mimePNG: base64.StdEncoding.EncodeToString(data), plainText: sizeOf(data)})
}

// Image shows a picture in place of what the display has shown.
func (d *Display) Image(picture image.Image) {
	data, err := Encode(picture)
	if err != nil {
		remark("%v", err)
		return
	}
	d.PNG(data)
}

// Value shows a value in place of what the display has shown: see [Value].
func (d *Display) Value(v any) { d.show(bundleOf(v)) }

// Bundle shows a content in several forms in place of what the display has shown: see [Bundle].
func (d *Display) Bundle(forms map[string]any) {
	all := bundle{}
	all.add(forms)
	if all[plainText] == nil {
		all[plainText] = all.inWords()
	}
	d.show(all)
}

// show brings a content to the notebook, or prints its text, unless that stands there already.
func (d *Display) show(content bundle) {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.sent(content) {
		return
	}
	text, _ := content[plainText].(string)
	if text != d.printed {
		fmt.Fprintln(os.Stdout, text)
	}
	d.printed = text
}

// sent brings a content to the notebook, where one listens.
func (d *Display) sent(content bundle) bool {
	if !send(d.id, d.isShown, content) {
		return false
	}
	d.isShown = true
	return true
}

func remark(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "show: "+format+"\n", args...)
}
