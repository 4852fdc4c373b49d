package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTraceOfAPanicIsAppended(t *testing.T) {
	if os.Getenv("DIE") != "" {
		panic("last words")
	}
	name := filepath.Join(t.TempDir(), "crash.txt")
	if err := os.WriteFile(name, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), "DIE=1", File+"="+name)
	if err := child.Run(); err == nil {
		t.Fatal("the child did not die")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before\n", "panic: last words", "goroutine "} {
		if !strings.Contains(string(text), want) {
			t.Errorf("crash file lacks %q:\n%s", want, text)
		}
	}
}

func TestRecordSaysThatAFileCannotBeOpened(t *testing.T) {
	if err := record(filepath.Join(t.TempDir(), "no", "folder")); !os.IsNotExist(err) {
		t.Errorf("record = %v, want a file that does not exist", err)
	}
}
