"""Tests that pyproject.toml, requirements.lock and environment.yml ask for the same things."""

import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import test_plain_pythons
import tomllib
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import bootstrap
from gomagic.build import toolchain

ROOT = Path(__file__).resolve().parents[1]
CONTENT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = CONTENT["project"]
EXTRAS = {name: [Requirement(each) for each in extra] for name, extra in PROJECT["optional-dependencies"].items()}
UNLOCKED = EXTRAS.pop(bootstrap.UNLOCKED)
GOMAGIC = [Requirement(each) for each in PROJECT["dependencies"]]
LOCK = (ROOT / "requirements.lock").read_text()
LINES = [line for line in bootstrap.join_lines(LOCK) if not line.startswith("#")]
PINS = [Requirement(line.partition(" --hash=")[0]) for line in LINES]
TWICE = {Requirement(each).name for each in CONTENT["tool"]["uv"]["constraint-dependencies"]}
DECLARED = (each.rpartition(" :: ")[2] for each in PROJECT["classifiers"])
PYTHONS = [version for version in DECLARED if re.fullmatch(r"3\.\d+", version)]
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
    for asked in [*GOMAGIC, *all_extras()]:
        pins = [pin for pin in PINS if pin.name == asked.name]
        assert pins and (pins[0].marker is None) == (asked.name not in TWICE)
        for (pin,) in (each.specifier for each in pins):
            assert pin.operator == "=="
            assert asked.specifier.contains(pin.version), f"{asked} and {asked.name}=={pin.version}"


@pytest.mark.parametrize("python", PYTHONS[1:])
def test_the_lock_is_one_set_of_versions_for_all_pythons_but_for_those_that_it_says(python):
    assert {name for name, number in Counter(pin.name for pin in PINS).items() if number > 1} == TWICE
    here = [pin for pin in PINS if not pin.marker or pin.marker.evaluate({"python_full_version": f"{python}.0"})]
    assert Counter(pin.name for pin in here if pin.name in TWICE) == dict.fromkeys(TWICE, 1)


def test_the_lock_names_no_address_and_has_the_hashes_of_each_package():
    assert "://" not in LOCK
    for line in LINES:
        assert re.search(r"( --hash=sha256:[0-9a-f]{64})+$", line), line


def test_each_python_that_is_declared_is_looked_for_tried_and_named():
    course = PYTHONS[1:]  # gomagic alone works with the first one, too
    newest_first = [f"python{version}" for version in reversed(course)]
    assert list(bootstrap.NEWER_PYTHONS) == newest_first
    searched = (ROOT / "Makefile").read_text().splitlines()[0]
    assert re.findall(r"command -v (\S+?)\)? ", searched + " ") == ["python3", *newest_first]
    assert [*PYTHONS, "/usr/bin/python3"] == test_plain_pythons.PYTHONS
    span = f"CPython {PYTHONS[0]} to {PYTHONS[-1]}"
    for place in ("README.md", "gomagic/bind/plain.py"):
        assert span in (ROOT / place).read_text(), place
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    job = workflow["jobs"]["linux"]
    on_path = next(step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", ""))
    runs = {each["python"] for each in job["strategy"]["matrix"]["include"]}
    assert {course[0], course[-1]} <= runs and set(PYTHONS) - runs <= set(on_path.split())


@pytest.mark.proof
@pytest.mark.parametrize("python", PYTHONS[1:])
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
    assert all(asked["python"].contains(f"{version}.9") for version in PYTHONS[1:])
    assert not asked["python"].contains(f"3.{int(PYTHONS[-1].partition('.')[2]) + 1}.0")


def test_each_go_that_is_declared_is_known_and_a_newer_one_taken_for_unknown():
    asked = by_name(map(Requirement, CONDA["dependencies"]))["go-cgo"]
    assert asked == SpecifierSet(">={}.{},<1.{}".format(*toolchain.OLDEST_GO, toolchain.NEWEST_GO[1] + 1))
    unknown = f"go1.{toolchain.NEWEST_GO[1] + 1}"
    listed = subprocess.check_output(["git", "grep", "-hE", r"^//go:build.*\bgo1\.", "golib/*.go"], cwd=ROOT, text=True)
    constraints = [line for line in listed.splitlines() if "newergo" in line]
    assert len(constraints) == 4
    assert all(unknown in line and line.count("go1.") == 1 for line in constraints)


def test_post_build_stops_at_the_first_failure(tmp_path):
    (tmp_path / "python").write_text('#!/bin/sh\necho "$@"\nexit 1\n')
    (tmp_path / "python").chmod(0o755)
    ended = subprocess.run(
        [ROOT / "postBuild"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stdout == "-m pip install --no-deps --no-build-isolation --editable .\n"
