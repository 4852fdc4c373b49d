package show

import (
	"fmt"
	"html"
	"os"
	"strings"
	"sync"
	"time"
)

var start = time.Now()

const (
	barPause = 100 * time.Millisecond // between two looks of a bar
	barWidth = 30                     // of one that is text
)

// Bar is a progress bar. Goroutines may share it.
type Bar struct {
	lock        sync.Mutex
	display     *Display
	label       string
	done, total int
	began, seen time.Time
	isClosed    bool
}

// NewBar shows a bar of so many steps. In a terminal it is drawn in one line; in a file or a pipe it is printed when it ends.
func NewBar(label string, total int) *Bar {
	bar := &Bar{display: New(), label: label, total: max(total, 0), began: time.Now()}
	bar.draw()
	return bar
}

// Add makes n steps. It is cheap: the bar is drawn ten times a second at most.
func (b *Bar) Add(n int) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.step(b.done + n)
}

// Set goes to a step.
func (b *Bar) Set(n int) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.step(n)
}

// Close ends the bar where it is. A bar that has come to its last step has ended by itself.
func (b *Bar) Close() {
	b.lock.Lock()
	defer b.lock.Unlock()
	if !b.isClosed {
		b.isClosed = true
		b.draw()
	}
}

func (b *Bar) step(n int) {
	if b.isClosed {
		return
	}
	b.done = min(max(n, 0), b.total)
	if b.done == b.total {
		b.isClosed = true
	}
	if b.isClosed || time.Since(b.seen) >= barPause {
		b.draw()
	}
}

func (b *Bar) draw() {
	b.seen = time.Now()
	said := fmt.Sprintf("%d of %d", b.done, b.total)
	if left := b.left(); left >= time.Second {
		said += fmt.Sprintf(", %v left", left.Round(time.Second))
	}
	filled := barWidth
	if b.total > 0 {
		filled = barWidth * b.done / b.total
	}
	text := fmt.Sprintf("%s %s%s %s", b.label, strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled), said)
	page := fmt.Sprintf(`<div>%s <progress value="%d" max="%d" style="width: 20em; vertical-align: middle"></progress> %s</div>`,
		html.EscapeString(b.label), b.done, max(b.total, 1), said)
	if b.total == 0 {
		page = strings.Replace(page, `value="0"`, `value="1"`, 1)
	}
	if b.display.sent(bundle{"text/html": valid(page), plainText: valid(text)}) {
		return
	}
	switch {
	case isTerminal(os.Stdout):
		end := ""
		if b.isClosed {
			end = "\n"
		}
		fmt.Fprintf(os.Stdout, "\r%s\x1b[K%s", valid(text), end)
	case b.isClosed:
		fmt.Fprintln(os.Stdout, valid(text))
	}
}

// left is how long it will take if it goes on as it went.
func (b *Bar) left() time.Duration {
	if b.isClosed || b.done == 0 {
		return 0
	}
	return time.Duration(float64(time.Since(b.began)) * float64(b.total-b.done) / float64(b.done))
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
