package show

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
)

// Variable is the environment variable by which gomagic says where it listens: a word that only it knows, which file its
// end of stdout is, and a folder.
//
// A content goes to a file in that folder first. Once it is whole, a line is written to stdout that holds the word and the
// file's name: so the content has its place among what is printed, whoever dies while he writes shows nothing by halves,
// and nothing that is printed by chance is such a line. A line is so short that no other goroutine's text comes between.
const Variable = "GOMAGIC_SHOW"

// message is what such a file holds.
type message struct {
	ID     string `json:"id"`
	Update bool   `json:"update"` // the display is shown already
	Data   bundle `json:"data"`
}

// own stands in place of a file where gomagic cannot know it, since Go starts the process of a cell's tests with a pipe of
// Go's: the first process that can show anything takes its own stdout, and what it starts finds that.
const own = "own"

func init() { settle() }

func settle() {
	word, rest, _ := strings.Cut(os.Getenv(Variable), " ")
	if file, folder, ok := strings.Cut(rest, " "); ok && file == own {
		os.Setenv(Variable, word+" "+identity(os.Stdout)+" "+folder)
	}
}

var sent atomic.Int64 // by this process

func newID() string {
	return fmt.Sprintf("go-%d-%d-%d", os.Getpid(), start.UnixNano(), sent.Add(1))
}

// send brings a content to the notebook. It tells whether it has: nobody may listen, or stdout is somebody else's.
func send(id string, update bool, content bundle) bool {
	word, rest, _ := strings.Cut(os.Getenv(Variable), " ")
	file, folder, ok := strings.Cut(rest, " ")
	if !ok || file != identity(os.Stdout) {
		return false
	}
	data, err := json.Marshal(message{id, update, content})
	if err != nil {
		remark("%v", err)
		return false
	}
	name := strconv.Itoa(os.Getpid()) + "-" + strconv.FormatInt(sent.Add(1), 10)
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		os.Remove(filepath.Join(folder, name))
		return false
	}
	_, err = os.Stdout.WriteString("\x1bgomagic " + word + " " + name + "\n")
	return err == nil
}
