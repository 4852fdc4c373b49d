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

// named are the variables that name an interpreter or an environment, the first that is set: a notebook's own Python, which
// `%%gorun` tells; that of `uv run` or an activated environment; conda's.
var named = []string{"GOMAGIC_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX"}

// interpreter returns the path of the interpreter that is asked for: a file, the folder of an environment, or for "" the
// first of those that Options.Python lists.
func interpreter(asked string) (string, error) {
	origin := ""
	for _, name := range named {
		if asked == "" {
			asked, origin = os.Getenv(name), ", which $"+name+" names"
		}
	}
	if asked == "" {
		return unnamed()
	}
	facts, err := os.Stat(asked)
	if err != nil {
		return "", fmt.Errorf("python: there is no `%s`%s\nhint: name an interpreter or the folder of a virtual environment",
			asked, origin)
	}
	if !facts.IsDir() {
		return filepath.Abs(asked)
	}
	if path := interpreterIn(asked); path != "" {
		return filepath.Abs(path)
	}
	return "", fmt.Errorf("python: `%s`%s is no virtual environment: it has no `bin/python3`", asked, origin)
}

// interpreterIn is the interpreter of an environment; "" if the folder is none.
func interpreterIn(folder string) string {
	for _, name := range []string{"bin/python3", "bin/python"} {
		if path := filepath.Join(folder, name); exists(path) {
			return path
		}
	}
	return ""
}

// unnamed looks for the interpreter that nothing names.
func unnamed() (string, error) {
	var looked []string
	for _, start := range starts() {
		for folder := start; ; folder = filepath.Dir(folder) {
			if path := interpreterIn(filepath.Join(folder, ".venv")); path != "" {
				return path, nil
			}
			if folder == filepath.Dir(folder) {
				break
			}
		}
		looked = append(looked, "`"+start+"`")
	}
	path, err := exec.LookPath("python3")
	if err == nil || errors.Is(err, exec.ErrDot) { // the path is relative, and we start nothing else by it
		return filepath.Abs(path)
	}
	if out, err := exec.Command("uv", "python", "find", "--no-project").Output(); err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	return "", fmt.Errorf("python: no Python is found\n"+
		"note: $%s are not set, there is no `.venv` in or above %s, and neither `python3` nor a Python of `uv` on PATH\n"+
		"hint: run `uv venv`, install Python 3.10 or newer, or name one in python.Options.Python",
		strings.Join(named, ", $"), strings.Join(looked, " and "))
}

// starts are the folders from which `.venv` is looked for upwards: the working directory and the program's own.
func starts() []string {
	var folders []string
	if folder, err := os.Getwd(); err == nil {
		folders = append(folders, folder)
	}
	if program, err := os.Executable(); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	return folders
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
