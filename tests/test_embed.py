import time

from gomagic.source import embed, gosource


def test_patterns_stand_in_order_each_as_go_reads_it():
    source = gosource.scan('package p\n\n//go:embed a "b c" `d`\nvar x string\n\n//go:embed e/*\nvar y string\n')
    assert embed.patterns(source) == ["a", "b c", "d", "e/*"]


def test_a_directive_knows_where_its_patterns_stand():
    text = "package p\n\n\t//go:embed a b\nvar x string\n//go:embed c\nvar y string\n"
    assert [text[d.start : d.end].strip() for d in embed.directives(gosource.scan(text))] == ["a b", "c"]


def test_four_times_as_many_lines_take_about_four_times_as_long():
    def seconds(count):
        source = gosource.scan("//go:embed a\n" * count)
        begin = time.process_time()
        assert len(embed.patterns(source)) == count
        return time.process_time() - begin

    assert seconds(8000) < 8 * seconds(2000) + 0.05
