"""What is built ahead is what a first cell needs."""

from gomagic.build import cellgen, compiler, packages, process, toolchain, warmup
from gomagic.source import cell


def test_a_first_cell_finds_the_generator_and_the_packages_that_are_common(own_cache, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    warmup.build()
    chain = toolchain.find()
    monkeypatch.setattr(packages.Packages, "add", None)
    first = cell.parse("first", "func Shout(s string) string { return strings.ToUpper(fmt.Sprint(s)) }\n")
    assert compiler.build(first, chain).fresh
    monkeypatch.setattr(process, "run", None)
    assert cellgen.find(chain).is_file()
    warmup.build()  # finds all that it would build
