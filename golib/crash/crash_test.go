package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestTraceOfAPanicIsKept(t *testing.T) {
	if os.Getenv("DIE") != "" {
		panic("last words")
	}
	folder := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), "DIE=1", Folder+"="+folder)
	if err := child.Run(); err == nil {
		t.Fatal("the child did not die")
	}
	text, err := os.ReadFile(filepath.Join(folder, strconv.Itoa(child.Process.Pid)+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"panic: last words", "goroutine "} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the file lacks %q:\n%s", want, text)
		}
	}
}

// dead is what the crash file of a test that kills itself holds.
func dead(t *testing.T, how string) string {
	t.Helper()
	folder := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), "DIE="+how, Folder+"="+folder)
	said, err := child.CombinedOutput()
	if err == nil {
		t.Fatal("the child did not die")
	}
	text, err := os.ReadFile(filepath.Join(folder, strconv.Itoa(child.Process.Pid)+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(said), string(text)) {
		t.Errorf("the file holds\n%s\nand stderr got\n%s", text, said)
	}
	return string(text)
}

func TestTheMessageOfAFatalErrorIsKept(t *testing.T) {
	switch os.Getenv("DIE") {
	case "unlock":
		println("fatal error: of the reader's own")
		new(sync.Mutex).Unlock()
	case "writes":
		m := map[int]int{}
		for range 4 {
			go func() {
				for i := 0; ; i++ {
					m[i%100] = i
				}
			}()
		}
		select {}
	case "stack":
		var deep func(n int) int
		deep = func(n int) int { return deep(n+1) + 1 }
		deep(0)
	}
	if runtime.GOOS != "linux" {
		t.Skip("it is not")
	}
	for how, first := range map[string]string{
		"unlock": "fatal error: sync: unlock of unlocked mutex\n\ngoroutine ", "stack": "fatal error: stack overflow\n",
		"writes": "fatal error: concurrent map writes\n",
	} {
		if text := dead(t, how); !strings.HasPrefix(text, first) {
			t.Errorf("%s: the file begins with %.100q", how, text)
		}
	}
}

func TestRecordSaysThatAFileCannotBeOpened(t *testing.T) {
	if err := record(filepath.Join(t.TempDir(), "no", "folder")); !os.IsNotExist(err) {
		t.Errorf("record = %v, want a file that does not exist", err)
	}
}
