"""What a dict calls the fields of a Go struct: as Go does, or as the `json` tags say."""

import pytest

import gomagic

SOURCE = """
type Base struct {
	ID   int    `json:"id,omitempty"`
	Kind string `json:",omitempty"`
}

type Deep struct {
	Base
	Depth float64 `json:"depth"`
}

type Other struct{ ID, Mark int }

type Row struct {
	Deep
	Name   string `json:"name"`
	Secret int    `json:"-"`
	Dash   int    `json:"-,"`
	Tags   []string `json:"tags" yaml:"labels"`
}

type Two struct {
	Base
	Other
}

func Same(r Row) Row        { return r }
func All(rows []Row) []Row  { return rows }
func Grow(rows []Row)       { rows[0].ID++; rows[0].Kind = "grown"; rows[0].Name += "!" }
func Both(t Two) Two        { return t }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "tags")


def test_a_dict_names_fields_by_their_tags_or_as_go_does(go):
    assert (
        go.Same({"name": "a", "tags": ["x"]}) == go.Same({"Name": "a", "Tags": ["x"]}) == go.Row(Name="a", Tags=["x"])
    )
    assert go.Same(go.Row()) == go.Same({})


def test_a_field_that_json_leaves_out_has_its_own_name_alone(go):
    row = go.Same({"Secret": 1, "-": 2})
    assert (row.Secret, row.Dash) == (1, 2)


def test_fields_of_embedded_structs_stand_beside_the_others_as_in_json(go):
    row = go.Same({"id": 7, "Kind": "k", "depth": 0.5, "name": "a"})
    assert (row.ID, row.Kind, row.Depth, row.Name) == (7, "k", 0.5, "a")
    assert row == go.Same({"Deep": {"Base": {"ID": 7, "Kind": "k"}, "Depth": 0.5}, "name": "a"})
    assert row == go.Same({"Deep": {"id": 7, "Kind": "k", "depth": 0.5}, "Name": "a"})
    assert go.All([{"id": 7, "Kind": "k", "depth": 0.5, "name": "a"}]) == [row]


def test_what_go_writes_to_embedded_fields_is_seen_where_they_stand(go):
    rows = [{"id": 7, "name": "a"}]
    go.Grow(rows)
    assert rows == [{"id": 8, "name": "a!", "Kind": "grown"}]
    rows = [{"Deep": {"id": 1}}]
    go.Grow(rows)
    assert rows == [{"Deep": {"id": 2, "Kind": "grown"}, "Name": "!"}]


def test_a_name_that_two_embedded_structs_have_is_none_as_in_go(go):
    assert go.Both({"Mark": 1, "Kind": "k"}) == go.Two({"Kind": "k"}, {"Mark": 1})
    with pytest.raises(TypeError, match="Two has no field `ID`"):
        go.Both({"ID": 1})


def test_an_embedded_struct_and_its_fields_are_not_given_both(go):
    with pytest.raises(TypeError, match="Row has no field `id`"):
        go.Same({"Deep": {}, "id": 1})
