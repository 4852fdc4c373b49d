"""The keyword that limits the context of a Go function."""

import pytest

from gomagic.bind import contexts

CALL = {"role": "function", "name": "Wait", "context": True}


@pytest.mark.parametrize(
    ("names", "declared"),
    [
        ([], ["*", "timeout=None"]),
        (["url"], ["url", "*", "timeout=None"]),
        (["url", "*more"], ["url", "*more", "timeout=None"]),
        (["timeout", "timeout_"], ["timeout", "timeout_", "*", "timeout__=None"]),
        (["*timeout"], ["*timeout", "timeout_=None"]),
    ],
)
def test_the_keyword_stands_behind_the_parameters_and_is_none_of_them(names, declared):
    assert contexts.declared(CALL, names) == declared


def test_without_a_context_there_is_none():
    assert contexts.declared({"role": "function", "name": "Wait"}, ["url"]) == ["url"]
    assert contexts.keyword({"role": "function", "name": "Wait"}, ["url"]) is None
