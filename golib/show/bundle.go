package show

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const plainText, mimePNG = "text/plain", "image/png"

// bundle is a content in several forms, by their MIME types: texts, base64 of what is none, or what JSON can say.
type bundle map[string]any

// add takes forms of the reader's. Of bytes it depends on the type whether they are text.
func (b bundle) add(forms map[string]any) {
	for mime, form := range forms {
		switch form := form.(type) {
		case string:
			b[mime] = valid(form)
		case []byte:
			b[mime] = asText(mime, form)
		default:
			b[mime] = form
		}
	}
}

func asText(mime string, data []byte) string {
	if strings.HasPrefix(mime, "text/") || strings.HasSuffix(mime, "xml") || strings.HasSuffix(mime, "json") {
		return valid(string(data))
	}
	return base64.StdEncoding.EncodeToString(data)
}

// valid is text that JSON can hold.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// inWords is what a terminal gets of a content that says nothing for it.
func (b bundle) inWords() string {
	if text, ok := b["text/markdown"].(string); ok {
		return text
	}
	if text, ok := b["text/html"].(string); ok {
		return withoutTags(text)
	}
	return "[" + strings.Join(slices.Sorted(maps.Keys(b)), ", ") + "]"
}

// bundleOf is how a value shows itself, and what it prints.
func bundleOf(v any) bundle {
	all := bundle{}
	ask(v, "MIMEBundle", func(forms map[string]any) { all.add(forms) })
	askText(v, "HTML", "text/html", all)
	askText(v, "SVG", "image/svg+xml", all)
	ask(v, "PNG", func(data []byte) { all[mimePNG] = base64.StdEncoding.EncodeToString(data) })
	if picture, ok := v.(image.Image); ok && all[mimePNG] == nil {
		guard(v, "Image", func() error {
			data, err := Encode(picture)
			if err == nil {
				all[mimePNG] = base64.StdEncoding.EncodeToString(data)
				all.orText("[picture of %d x %d]", picture.Bounds().Dx(), picture.Bounds().Dy())
			}
			return err
		})
	}
	all.orText("%+v", v)
	return all
}

func (b bundle) orText(format string, args ...any) {
	if b[plainText] == nil {
		b[plainText] = valid(fmt.Sprintf(format, args...))
	}
}

func askText(v any, method, mime string, all bundle) {
	ask(v, method, func(text string) { all[mime] = valid(text) })
	ask(v, method, func(text []byte) { all[mime] = valid(string(text)) })
}

// ask calls the method of a value, if it has it and that returns a T, or a T and an error.
func ask[T string | []byte | map[string]any](v any, method string, use func(T)) {
	call := methodOf[T](v, method)
	if call == nil {
		return
	}
	guard(v, method, func() error {
		made, err := call()
		if err == nil {
			use(made)
		}
		return err
	})
}

// methodOf is a method by its name; nil if there is none such. Not by reflect, which would have the linker keep each method
// of each type.
func methodOf[T any](v any, name string) func() (T, error) {
	var plain func() T
	switch name {
	case "MIMEBundle":
		if v, ok := v.(interface{ MIMEBundle() (T, error) }); ok {
			return v.MIMEBundle
		}
		if v, ok := v.(interface{ MIMEBundle() T }); ok {
			plain = v.MIMEBundle
		}
	case "HTML":
		if v, ok := v.(interface{ HTML() (T, error) }); ok {
			return v.HTML
		}
		if v, ok := v.(interface{ HTML() T }); ok {
			plain = v.HTML
		}
	case "SVG":
		if v, ok := v.(interface{ SVG() (T, error) }); ok {
			return v.SVG
		}
		if v, ok := v.(interface{ SVG() T }); ok {
			plain = v.SVG
		}
	case "PNG":
		if v, ok := v.(interface{ PNG() (T, error) }); ok {
			return v.PNG
		}
		if v, ok := v.(interface{ PNG() T }); ok {
			plain = v.PNG
		}
	}
	if plain == nil {
		return nil
	}
	return func() (T, error) { return plain(), nil }
}

// guard says what has failed or panicked in a method of the reader's.
func guard(v any, method string, call func() error) {
	defer func() {
		if what := recover(); what != nil {
			remark("%T.%s panicked: %v", v, method, what)
		}
	}()
	if err := call(); err != nil {
		remark("%T.%s: %v", v, method, err)
	}
}

var (
	unseen = regexp.MustCompile(`(?is)<(script|style|title)\b.*?</(script|style|title)\s*>|<!--.*?-->`)
	breaks = regexp.MustCompile(`(?i)<(br|/p|/div|/h[1-6]|/li|/tr|/pre|/table|/details|/summary)\b[^>]*>`)
	cells  = regexp.MustCompile(`(?i)</t[dh]>`)
	tags   = regexp.MustCompile(`<[^<>]*>`)
	blanks = regexp.MustCompile(`[ \t\r\n]+`)
)

// withoutTags is what HTML says, for who sees no HTML.
func withoutTags(text string) string {
	text = blanks.ReplaceAllString(unseen.ReplaceAllString(valid(text), ""), " ")
	text = cells.ReplaceAllString(breaks.ReplaceAllString(text, "\n"), "  ")
	var lines []string
	for line := range strings.SplitSeq(html.UnescapeString(tags.ReplaceAllString(text, "")), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var svgTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title\s*>`)

func titleOf(svg string) string {
	if title := svgTitle.FindStringSubmatch(svg); title != nil {
		return "[drawing: " + strings.TrimSpace(html.UnescapeString(valid(title[1]))) + "]"
	}
	return "[drawing]"
}

func sizeOf(data []byte) string {
	if size, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		return fmt.Sprintf("[picture of %d x %d]", size.Width, size.Height)
	}
	return "[picture]"
}
