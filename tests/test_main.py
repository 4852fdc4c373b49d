"""`python -m gomagic` from a shell."""

import os
import subprocess
import sys

import gomagic


def ask(*words, **environment):
    command = [sys.executable, "-m", "gomagic", *words]
    env = {**os.environ, **environment}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    return ended.returncode, ended.stdout, ended.stderr


def test_version_is_the_packages():
    assert ask("--version") == (0, f"gomagic {gomagic.__version__}\n", "")


def test_without_a_command_the_usage_is_shown():
    code, out, err = ask()
    assert (code, out) == (2, "")
    assert err.startswith("usage: python -m gomagic ")


def test_a_doctor_who_finds_something_missing_says_so_and_fails(tmp_path):
    code, out, err = ask("doctor", PATH=str(tmp_path), HOME=str(tmp_path), GOROOT=str(tmp_path / "none"))
    assert code == 1
    assert out.endswith("Cure what failed, and ask again.\n")
    assert err == ""


PROGRAM = """package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(os.Args[1:])
	os.Exit(len(os.Args))
}
"""


def test_a_program_is_run_with_its_words_and_its_exit_code(tmp_path):
    (tmp_path / "hello.go").write_text(PROGRAM)
    code, out, err = ask("run", str(tmp_path / "hello.go"), "-v", "a b")
    assert (code, out) == (3, "[-v a b]\n")
    assert err == "GoRunError: hello ended: exit code 3\n"
    assert ask("run", str(tmp_path), "x")[:2] == (2, "[x]\n")


def test_a_file_is_tested_by_another(tmp_path):
    (tmp_path / "sums.go").write_text("func add(a, b int) int { return a + b }\n")
    test = "func TestAdd(t *testing.T) {\n\tif add(1, 2) != 3 {\n\t\tt.Fatal(1)\n\t}\n}\n"
    (tmp_path / "tests.go").write_text(test)
    assert ask("test", str(tmp_path / "sums.go"), str(tmp_path / "tests.go"))[:2] == (
        0,
        "ok    TestAdd\n1 passed, 0 failed\n",
    )
    (tmp_path / "tests.go").write_text(test.replace("!=", "=="))
    code, out, err = ask("test", str(tmp_path / "sums.go"), str(tmp_path / "tests.go"), "-run", "Add")
    assert (code, out) == (1, "FAIL  TestAdd\n      tests:3: 1\n0 passed, 1 failed\n")
    assert err.startswith("GoRunError: tests: 1 of 1 tests failed")


def test_what_does_not_build_is_shown_at_its_own_line(tmp_path):
    (tmp_path / "bad.go").write_text("func F() int { return x }\n")
    code, out, err = ask("build", str(tmp_path / "bad.go"), "-o", str(tmp_path))
    assert (code, out) == (1, "")
    assert err.startswith("GoBuildError: bad does not compile\n  bad:1:23: undefined: x\n")
    code, out, err = ask("build", str(tmp_path / "none.go"))
    assert (code, out, err) == (2, "", f"{tmp_path / 'none.go'}: No such file or directory\n")


def test_every_command_explains_itself():
    for command in ("build", "run", "test", "clean", "doctor"):
        code, out, err = ask(command, "--help")
        assert (code, err) == (0, "") and out.startswith(f"usage: python -m gomagic {command} ")
        assert "%%%%" not in out


def test_clean_empties_the_cache(tmp_path):
    code, out, err = ask("clean", GOMAGIC_CACHE=str(tmp_path / "cache"))
    assert (code, out, err) == (0, "freed 0.0 MiB\n", "")
