package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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

func TestRecordSaysThatAFileCannotBeOpened(t *testing.T) {
	if err := record(filepath.Join(t.TempDir(), "no", "folder")); !os.IsNotExist(err) {
		t.Errorf("record = %v, want a file that does not exist", err)
	}
}
