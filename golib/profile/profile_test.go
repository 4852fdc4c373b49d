package profile

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

var kept [][]byte

//go:noinline
func allocate(n int) {
	for range n {
		kept = append(kept, make([]byte, 1000))
	}
}

// processors is for how long this process has had a processor so far.
func processors() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

//go:noinline
func work(duration time.Duration) (sum int) {
	for end := processors() + duration; processors() < end; {
		for i := range 100_000 {
			sum += i * i
		}
	}
	return sum
}

// of is how often, and with how many bytes, a function stands at the top of what a profile has seen, and that profile.
func of(t *testing.T, name string, seen Samples) (count, bytes int64) {
	t.Helper()
	for _, one := range seen {
		for frames, more := runtime.CallersFrames(one.stack), true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if strings.HasSuffix(frame.Function, name) {
				count += one.count
				bytes += one.bytes
				break
			}
		}
	}
	return count, bytes
}

func TestTimeIsThatOfProcessors(t *testing.T) {
	for range 2 { // one profile after the other
		if !StartTime() || StartTime() {
			t.Fatal("two profiles at once")
		}
		work(300 * time.Millisecond)
		time.Sleep(300 * time.Millisecond)
		seen := StopTime()
		if count, _ := of(t, ".work", seen); count < 10 || count > 40 {
			t.Errorf("of 0.3 s, work was seen %d times:\n%s", count, seen)
		}
	}
	if StopTime() != nil {
		t.Error("a profile that nobody has begun")
	}
}

func TestEachAllocationCounts(t *testing.T) {
	kept = make([][]byte, 0, 2000)
	allocate(500)
	StartMemory()
	allocate(1000)
	seen := StopMemory()
	if count, bytes := of(t, ".allocate", seen); count != 1000 || bytes != 1000*1024 { // its size class
		t.Errorf("1000 allocations of 1 KiB were seen as %d of %d bytes:\n%s", count, bytes, seen)
	}
	allocate(500)
	StartMemory()
	seen = StopMemory()
	if count, _ := of(t, ".allocate", seen); count != 0 {
		t.Errorf("what was not asked for:\n%s", seen)
	}
}

func TestTextNamesEachFrameOnce(t *testing.T) {
	StartMemory()
	allocate(1)
	allocate(1)
	text := StopMemory().String()
	if strings.Count(text, ".allocate\t") != 1 || !strings.Contains(text, "profile_test.go\t") {
		t.Error(text)
	}
	for line := range strings.Lines(text) {
		if fields := strings.Split(line, "\t"); len(fields) != 4 {
			t.Errorf("%q", line)
		}
	}
}
