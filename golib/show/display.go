package show

import (
	"encoding/base64"
	"fmt"
	"image"
	"os"
	"sync"
)

// Display is a place below a cell. The first content shows it, another one takes the place of that. Goroutines may share it.
type Display struct {
	lock    sync.Mutex
	id      string // nobody else has
	isShown bool
	printed string
}

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
