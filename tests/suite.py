"""Run everything that must hold, one step after the other, and count: `make test`.

python tests/suite.py           all steps; a failing one does not stop the others
python tests/suite.py format    lay out the Python and Go files instead
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from gomagic.build import toolchain
from gomagic.run import gopls

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "build" / "tools"  # what tests need, and nobody else finds
GO_FOLDERS = ["golib", "benchmarks", "course"]
STATICCHECK = "honnef.co/go/tools/cmd/staticcheck@v0.7.0"
PYTEST = ["-m", "pytest", "-q", "-n", "2"]
STRICT_NBVAL = ["-p", "no:python", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]


def main():
    os.chdir(ROOT)
    chain = toolchain.find()
    go, gofmt = str(chain.go), str(chain.go.with_name("gofmt"))
    if sys.argv[1:] == ["format"]:
        commands = [[sys.executable, "-m", "ruff", "check", "--fix", "."]]
        commands += [[sys.executable, "-m", "ruff", "format", "."], [gofmt, "-w", *GO_FOLDERS]]
        return max(subprocess.call(command) for command in commands)
    os.environ.pop("PYTHONUNBUFFERED", None)  # it would hide a missing flush
    os.environ["GOMAGIC_BENCH_SECONDS"] = "0.2"  # chapter 17 shows that it runs; it need not be precise
    suite = Suite()
    # VIRTUAL_ENV: the Python that golib/python starts, with numpy
    go_environment = {**chain.env, "GOFLAGS": "", "VIRTUAL_ENV": sys.prefix}
    suite.check("ruff check", [sys.executable, "-m", "ruff", "check", "-q", "."])
    suite.check("ruff format", [sys.executable, "-m", "ruff", "format", "-q", "--check", "."])
    suite.check("mypy", [sys.executable, "-m", "mypy"])
    suite.check("gofmt", [gofmt, "-l", *GO_FOLDERS], silent=True)
    packages = [f"./{folder}/..." for folder in GO_FOLDERS]
    suite.check("go vet", [go, "vet", *packages], env=go_environment)
    suite.check("staticcheck", [go, "run", STATICCHECK, *packages], env=go_environment)
    suite.go_test("go test", [go, "test", "-json", *packages], env=go_environment)
    demo = [go, "-C", "golib/python/grpcdemo"]  # a module of its own, so that no cell needs gRPC
    suite.check("go vet, gRPC", [*demo, "vet", "./..."], env=go_environment)
    suite.check("staticcheck, gRPC", [*demo, "run", STATICCHECK, "./..."], env=go_environment)
    suite.go_test("go test, gRPC", [*demo, "test", "-json", "./..."], env=go_environment)
    if os.environ.get("CI") == "true":  # the one that `%go doctor` recommends
        of_gopls = f"{gopls.MODULE}@{gopls.FITTING.get(toolchain.language(chain), 'latest')}"
        suite.check("gopls", [go, "install", of_gopls], env={**go_environment, "GOBIN": str(TOOLS)})
    suite.pytest("unit tests", [*PYTEST, "--dist", "loadgroup", "tests"])
    if os.environ.get("CI") == "true":
        suite.pytest("proofs", [*PYTEST, "--dist", "loadgroup", "-m", "proof and not soak", "tests"])
    suite.check("course: solutions", [sys.executable, "build.py", "solve"])
    suite.pytest("course: stored outputs", [*PYTEST, *STRICT_NBVAL, "--dist", "loadscope", "notebooks"])
    return suite.close()


class Suite:
    """Runs steps and adds up what they count."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.started = time.monotonic()

    def check(self, name, command, *, silent=False, env=None):
        """Run a command that passes or fails as a whole; if `silent`, any output is a failure too."""
        self._begin(name)
        ended = self._run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
        ok = ended.returncode == 0 and not (silent and ended.stdout)
        if not ok:
            print(ended.stdout)
        counts = re.findall(r"^(\d+) passed, (\d+) failed", ended.stdout, re.M)
        passed, failed = map(int, counts[-1]) if counts else (int(ok), int(not ok))
        self._end(name, passed, failed if ok else max(failed, 1), 0)

    def go_test(self, name, command, *, env):
        """Run `go test -json`; a package that does not build counts as one failure."""
        self._begin(name)
        ended = self._run(command, stdout=subprocess.PIPE, env=env)
        events = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        counts = {
            action: sum(1 for event in events if event["Action"] == action and "Test" in event)
            for action in ("pass", "fail", "skip")
        }
        if ended.returncode != 0:
            print("".join(event.get("Output", "") for event in events))
            counts["fail"] = max(counts["fail"], 1)
        self._end(name, counts["pass"], counts["fail"], counts["skip"])

    def pytest(self, name, arguments):
        """Run pytest and read its counts from its own report."""
        self._begin(name)
        with TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            ended = self._run([sys.executable, *arguments, f"--junitxml={report}"])
            suites = ElementTree.parse(report).iter("testsuite") if report.exists() else []
            total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
            for suite in suites:
                for key in total:
                    total[key] += int(suite.get(key, 0))
        failed = total["failures"] + total["errors"]
        passed = total["tests"] - failed - total["skipped"]
        self._end(name, passed, failed if ended.returncode == 0 else max(failed, 1), total["skipped"])

    def close(self):
        """Print the sums; the last line is what a machine reads. Returns the exit status."""
        print(f"\nall steps: {time.monotonic() - self.started:.0f} s")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed or not self.passed else 0

    def _run(self, command, **how):
        return subprocess.run(command, stdin=subprocess.DEVNULL, text=True, **how)

    def _begin(self, name):
        print(f"--- {name}", flush=True)
        self.step_started = time.monotonic()

    def _end(self, name, passed, failed, skipped):
        self.passed, self.failed = self.passed + passed, self.failed + failed
        self.skipped += skipped
        word = "FAILED" if failed else "ok"
        seconds = time.monotonic() - self.step_started
        print(f"    {word}: {passed} passed, {failed} failed, {skipped} skipped in {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
