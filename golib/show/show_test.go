package show

import (
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// listening gives the process a stdout at which somebody listens; the function that it returns tells what has come: lines
// of text, and messages.
func listening(t *testing.T) func() (lines []string, messages []message) {
	t.Helper()
	folder := t.TempDir()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdout
	t.Cleanup(func() { os.Stdout = before; out.Close() })
	os.Stdout = out
	t.Setenv(Variable, "word "+identity(out)+" "+folder)
	return func() (lines []string, messages []message) {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			name, ok := strings.CutPrefix(line, "\x1bgomagic word ")
			if !ok {
				lines = append(lines, line)
				continue
			}
			var one message
			data, err := os.ReadFile(filepath.Join(folder, strings.TrimSpace(name)))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, &one); err != nil {
				t.Fatal(err)
			}
			messages = append(messages, one)
		}
		return lines, messages
	}
}

func TestWhatIsShownStandsAmongWhatIsPrinted(t *testing.T) {
	heard := listening(t)
	os.Stdout.WriteString("before\n")
	HTML("<b>bold</b>")
	os.Stdout.WriteString("after\n")
	lines, messages := heard()
	if len(lines) != 2 || len(messages) != 1 {
		t.Fatal(lines, messages)
	}
	if got := messages[0]; got.Update || got.Data["text/html"] != "<b>bold</b>" || got.Data[plainText] != "bold" {
		t.Error(got)
	}
}

func TestADisplayIsUpdatedInPlaceFromManyGoroutines(t *testing.T) {
	heard := listening(t)
	display := New()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { display.Markdown("x") })
	}
	all.Wait()
	_, messages := heard()
	for i, one := range messages {
		if one.Update != (i > 0) || one.ID != messages[0].ID {
			t.Error(i, one)
		}
	}
	if len(messages) != 20 || New().id == display.id {
		t.Error(len(messages))
	}
}

func TestABarIsDrawnSeldomAndAtItsEnd(t *testing.T) {
	heard := listening(t)
	bar := NewBar("<n>", 100_000)
	for range 100_000 {
		bar.Add(1)
	}
	bar.Add(1)
	bar.Close()
	_, messages := heard()
	last := messages[len(messages)-1].Data["text/html"].(string)
	if len(messages) > 20 || !strings.Contains(last, "100000 of 100000") || !strings.Contains(last, "&lt;n&gt;") {
		t.Error(len(messages), last)
	}
}

func TestNobodyListensToAnotherStdout(t *testing.T) {
	heard := listening(t)
	t.Setenv(Variable, os.Getenv(Variable)[:5]+"1:1 "+t.TempDir())
	HTML("<p>one</p><script>no()</script><p>two &lt; three</p>")
	if lines, messages := heard(); strings.Join(lines, "") != "one\ntwo < three\n" || messages != nil {
		t.Error(lines, messages)
	}
}

func TestAFolderThatIsGoneLeavesTheText(t *testing.T) {
	heard := listening(t)
	t.Setenv(Variable, "word "+identity(os.Stdout)+" /no/such/folder")
	HTML("<p>one</p>")
	if lines, _ := heard(); strings.Join(lines, "") != "one\n" {
		t.Error(lines)
	}
}

type rich struct{ fails bool }

func (r rich) HTML() (string, error) {
	if r.fails {
		return "", errors.New("no colours")
	}
	return "<b>rich</b>\xff", nil
}
func (r rich) SVG() string                { panic("no pen") }
func (r rich) MIMEBundle() map[string]any { return map[string]any{"application/json": []int{1}} }

func TestAValueShowsItselfByAllItsMethodsAndOneThatFailsIsSaid(t *testing.T) {
	said, err := os.Create(filepath.Join(t.TempDir(), "err"))
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = said
	t.Cleanup(func() { os.Stderr = before; said.Close() })
	heard := listening(t)
	Value(rich{})
	Value(rich{fails: true})
	Value(image.NewUniform(color.Black))
	_, messages := heard()
	if got := messages[0].Data; got["text/html"] != "<b>rich</b>\uFFFD" || got["image/svg+xml"] != nil || got["application/json"] == nil {
		t.Error(got)
	}
	if got := messages[1].Data; got["text/html"] != nil || got[plainText] != "{fails:true}" {
		t.Error(got)
	}
	text, _ := os.ReadFile(said.Name())
	want := "show: show.rich.SVG panicked: no pen\nshow: show.rich.HTML: no colours\nshow: show.rich.SVG panicked: no pen\n" +
		"show: *image.Uniform.Image: an image of 2000000000 x 2000000000 pixels cannot be shown\n"
	if string(text) != want {
		t.Errorf("%s", text)
	}
}

func TestAPictureIsPNGAndOneWithoutPixelsIsNone(t *testing.T) {
	heard := listening(t)
	Image(image.NewRGBA(image.Rect(0, 0, 3, 2)))
	_, messages := heard()
	if got := messages[0].Data; got[plainText] != "[picture of 3 x 2]" || !strings.HasPrefix(got[mimePNG].(string), "iVBOR") {
		t.Error(got)
	}
	if _, err := Encode(image.NewRGBA(image.Rectangle{})); err == nil || err.Error() != "an image of 0 x 0 pixels cannot be shown" {
		t.Error(err)
	}
}

func TestWhereItsStdoutIsUnknownAProcessTakesItsOwnAndTellsWhatItStarts(t *testing.T) {
	listening(t)
	known := os.Getenv(Variable)
	t.Setenv(Variable, strings.Replace(known, identity(os.Stdout), own, 1))
	settle()
	if got := os.Getenv(Variable); got != known {
		t.Error(got)
	}
	settle()
	if got := os.Getenv(Variable); got != known {
		t.Error(got)
	}
}
