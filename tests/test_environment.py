"""Tests that pyproject.toml, requirements.lock and environment.yml ask for the same things."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib
import yaml
from packaging.requirements import Requirement

import bootstrap

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {name: [Requirement(each) for each in extra] for name, extra in PROJECT["optional-dependencies"].items()}
UNLOCKED = EXTRAS.pop(bootstrap.UNLOCKED)
GOMAGIC = [Requirement(each) for each in PROJECT["dependencies"]]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = [Requirement(line) for line in LOCK.splitlines() if not line.startswith("#")]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
CONDA_ONLY = {"python", "go-cgo", "pip"}


def all_extras():
    return [each for extra in EXTRAS.values() for each in extra]


def by_name(requirements):
    return {each.name: each.specifier for each in requirements}


def test_the_lock_was_made_for_the_dependencies_of_today():
    bootstrap = runpy.run_path(str(ROOT / "bootstrap.py"))
    assert bootstrap["dependencies_digest"]() in LOCK.splitlines()[0]


def test_the_lock_pins_a_version_that_each_bound_allows():
    pins = by_name(pin for pin in PINS if pin.marker is None)
    for asked in [*GOMAGIC, *all_extras()]:
        (pin,) = pins[asked.name]
        assert pin.operator == "=="
        assert asked.specifier.contains(pin.version), f"{asked} and {asked.name}=={pin.version}"


def test_the_lock_is_one_set_of_versions_for_all_pythons_and_names_no_address():
    assert len({pin.name for pin in PINS}) == len(PINS)
    assert "://" not in LOCK


@pytest.mark.proof
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_installs_on_each_python_from_wheels_alone(python):
    resolve = [*bootstrap.uv(sys.executable), "pip", "compile", "pyproject.toml", "--quiet"]
    resolve += [word for name in EXTRAS for word in ("--extra", name)]
    resolve += ["--constraint", "requirements.lock", "--python-version", python, "--python-platform", "linux"]
    resolve += ["--only-binary", ":all:", "--no-annotate", "--no-header"]
    ended = subprocess.run(resolve, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert set(ended.stdout.split()) <= {str(pin).split(";")[0] for pin in PINS}


def test_every_dependency_is_bounded_and_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    for line in re.findall(r'^    "[a-z][\w-]*[<>=].*', text, re.MULTILINE):
        assert re.search(r'",\s+# \w', line), line
    for asked in [*all_extras(), *UNLOCKED]:
        assert {each.operator for each in asked.specifier} == {">=", "<"}, asked


def test_conda_is_asked_for_what_the_course_and_its_builder_need():
    asked = {each.name: each.specifier for each in map(Requirement, CONDA["dependencies"])}
    builder = {"nbclient", "nbformat", "hatchling", "editables"}
    wanted = by_name([*GOMAGIC, *EXTRAS["lab"], *(each for each in EXTRAS["test"] if each.name in builder)])
    assert {name: asked[name] for name in asked.keys() - CONDA_ONLY} == wanted


def test_conda_is_asked_for_a_go_and_a_python_that_will_do():
    asked = by_name(map(Requirement, CONDA["dependencies"]))
    oldest_go = re.search(r"^go (\d+\.\d+)", (ROOT / "go.mod").read_text(), re.MULTILINE)[1]
    assert f">={oldest_go}" in str(asked["go-cgo"])
    assert not asked["python"].contains("3.10.99")
    assert asked["python"].contains("3.11.0")
    assert asked["python"].contains("3.13.9")


def test_post_build_stops_at_the_first_failure(tmp_path):
    (tmp_path / "python").write_text('#!/bin/sh\necho "$@"\nexit 1\n')
    (tmp_path / "python").chmod(0o755)
    ended = subprocess.run(
        [ROOT / "postBuild"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stdout == "-m pip install --no-deps --no-build-isolation --editable .\n"
