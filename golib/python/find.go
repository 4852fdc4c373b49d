package python

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// installation is what an interpreter says of itself.
type installation struct {
	Executable     string
	Implementation string
	Version        [2]int
	Release        string   // as in 3.11.7
	Libraries      []string // where its libpython may be, the likeliest first
	Head           uintptr  // the size of the fields with which every object begins
	UTF8           int      // whether it runs in UTF-8 mode, which an embedded Python does not choose by itself
}

// question is what find has the interpreter run. It must work in Pythons that are too old.
const question = `
import sys
sys.path = [folder for folder in sys.path if folder]  # a file json.py of the working directory is not ours
import json, os, sysconfig
asked = sysconfig.get_config_vars()
version = "%d.%d" % sys.version_info[:2]
names = [asked.get("INSTSONAME") or "", "libpython%s.so.1.0" % version, "libpython%s.so" % version]
names = [name for name in names if ".so" in name]
folders = [asked.get("LIBDIR") or "", os.path.join(sys.base_prefix, "lib")]
print(json.dumps({
    "Executable": sys.executable,
    "Implementation": sys.implementation.name,
    "Version": sys.version_info[:2],
    "Release": "%d.%d.%d" % sys.version_info[:3],
    "Libraries": [os.path.join(folder, name) for folder in folders for name in names if folder],
    "Head": object.__basicsize__,
    "UTF8": sys.flags.utf8_mode,
}))
`

// find asks the interpreter that options name about itself and returns the answer with the path of its libpython.
func find(asked string) (*installation, string, error) {
	path, err := interpreter(asked)
	if err != nil {
		return nil, "", err
	}
	python := exec.Command(path, "-c", question)
	var said bytes.Buffer
	python.Stderr = &said
	out, err := python.Output()
	if err != nil {
		return nil, "", fmt.Errorf("python: `%s` does not start: %w\n%s", path, err, strings.TrimSpace(said.String()))
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n")) // a sitecustomize may have printed before
	found := new(installation)
	if err := json.Unmarshal(lines[len(lines)-1], found); err != nil {
		return nil, "", fmt.Errorf("python: `%s` is no Python interpreter: it answered %.60q", path, out)
	}
	if found.Implementation != "cpython" {
		return nil, "", fmt.Errorf("python: `%s` is %s, and only CPython can be embedded\n"+
			"hint: name a CPython in python.Options.Python", path, found.Implementation)
	}
	if found.Version[0] != 3 || found.Version[1] < 10 {
		return nil, "", fmt.Errorf("python: Python %s at `%s` is too old\n"+
			"note: golib/python needs 3.10 or newer\nhint: name a newer one in python.Options.Python", found.Release, path)
	}
	for _, library := range found.Libraries {
		if _, err := os.Stat(library); err == nil {
			return found, library, nil
		}
	}
	minor := fmt.Sprintf("%d.%d", found.Version[0], found.Version[1])
	return nil, "", fmt.Errorf("python: Python %s at `%s` has no shared libpython\n"+
		"note: looked for %s\n"+
		"hint: `apt-get install libpython%s` for Debian's or Ubuntu's own Python, `uv python install %s`, "+
		"or `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install %s`",
		found.Release, path, strings.Join(found.Libraries, ", "), minor, minor, found.Release)
}

// interpreter returns the path of the interpreter that is asked for: a file, the folder of a virtual environment,
// or for "" the environment that is active, else `python3` on PATH.
func interpreter(asked string) (string, error) {
	origin := ""
	if asked == "" {
		asked, origin = os.Getenv("VIRTUAL_ENV"), ", which $VIRTUAL_ENV names"
	}
	if asked == "" {
		path, err := exec.LookPath("python3")
		if errors.Is(err, exec.ErrDot) {
			err = nil // the path is relative, and we start nothing else by it
		}
		if err != nil {
			return "", errors.New("python: no `python3` command on PATH\n" +
				"hint: install Python 3.10 or newer, or name one in python.Options.Python")
		}
		return filepath.Abs(path)
	}
	facts, err := os.Stat(asked)
	if err != nil {
		return "", fmt.Errorf("python: there is no `%s`%s\nhint: name an interpreter or the folder of a virtual environment",
			asked, origin)
	}
	if !facts.IsDir() {
		return filepath.Abs(asked)
	}
	for _, name := range []string{"bin/python3", "bin/python"} {
		if path := filepath.Join(asked, name); exists(path) {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("python: `%s`%s is no virtual environment: it has no `bin/python3`", asked, origin)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
