from gomagic.notebook.namespace import Namespace


def test_a_cells_names_are_there():
    names = {"kept": 1}
    Namespace(names).spread({"F": 2}, "a")
    assert names == {"kept": 1, "F": 2}


def test_what_the_cells_previous_version_had_goes():
    names = {}
    space = Namespace(names)
    space.spread({"F": 1, "G": 2}, "a")
    space.spread({"G": 3}, "a")
    assert names == {"G": 3}


def test_what_the_reader_has_bound_anew_stays():
    names = {}
    space = Namespace(names)
    space.spread({"F": 1}, "a")
    names["F"] = "the reader's"
    space.spread({"G": 2}, "a")
    assert names == {"F": "the reader's", "G": 2}


def test_another_cell_is_no_previous_version():
    names = {}
    space = Namespace(names)
    space.spread({"F": 1, "G": 1}, "a")
    space.spread({"G": 2}, "b")
    assert names == {"F": 1, "G": 2}


def test_without_ids_a_cell_that_shares_a_name_is_the_previous_version():
    names = {}
    space = Namespace(names)
    space.spread({"F": 1, "G": 1}, "")
    space.spread({"G": 2}, "")
    space.spread({"H": 3}, "")
    assert names == {"G": 2, "H": 3}
