"""What GitHub runs: files that it can read, and nothing that a developer could not run as well."""

import re
from pathlib import Path

import canary
import pytest
import test_gos
import tomllib
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())
TARGETS = re.search(r"^TARGETS = (.+)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read(path):
    # YAML 1.1 takes the word `on` for true.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_alone_ends_by_itself_and_runs_what_is_here(path):
    workflow = read(path)
    assert (workflow["name"], workflow["permissions"]) == (path.stem, {"contents": "read"})
    jobs = workflow["jobs"].values()
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert commands
    for job in jobs:
        assert "timeout-minutes" in job or not any("run" in step for step in job["steps"])
        assert all(re.fullmatch(r"[\w/-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    for command in commands:
        program, *words = command.split()
        assert (program == "make" and set(words) <= set(TARGETS)) or (ROOT / program).is_file(), command


def test_the_canary_sings_weekly():
    [when] = read(ROOT / ".github/workflows/canary.yml")["on"]["schedule"]
    minute, hour, *days = when["cron"].split()
    assert minute.isdigit() and hour.isdigit() and days[:2] == ["*", "*"] and days[2].isdigit()


def test_every_go_is_tried():
    matrix = read(ROOT / ".github/workflows/test.yml")["jobs"]["linux"]["strategy"]["matrix"]["include"]
    assert [each["go"] for each in matrix] == test_gos.GOS


def test_the_canary_asks_for_what_comes_next_without_a_bound_and_for_all_else_as_the_course_does():
    asked = {each.name: each for each in map(Requirement, canary.requirements())}
    for name in canary.NEXT:
        assert not asked[name].specifier, name
    others = asked.keys() - set(canary.NEXT)
    declared = {
        *PROJECT["dependencies"],
        *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    }
    assert {str(asked[name]) for name in others} <= {str(Requirement(each)) for each in declared}
    assert {"pytest", "nbclient", "matplotlib", "playwright"} <= others


def test_what_the_canary_leaves_out_is_there():
    assert all((ROOT / "tests" / f"test_{name}.py").exists() for name in canary.OF_THE_REPOSITORY)
