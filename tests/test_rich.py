"""Go values that show themselves in a notebook: IPython's formatters, asked as a notebook asks them."""

import io
import json

import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image

import gomagic

SOURCE = r"""
import (
	"errors"
	"html/template"
)

type Bird struct{ Name string }

func (b Bird) HTML() string { return "<b>" + b.Name + "</b>" }
func Birds(n int) []Bird    { return make([]Bird, n) }

type Chart struct{ N, asked int }

func NewChart(n int) *Chart { return &Chart{N: n} }
func Held(n int) any        { return &Chart{N: n} }
func (c *Chart) Asked() int { return c.asked }
func (c *Chart) HTML() (template.HTML, error) {
	c.asked++
	switch c.N {
	case 1:
		return "", errors.New("no colours\nat all")
	case 2:
		panic("no pen")
	case 3:
		return "", nil
	}
	return "<i>chart</i>\xff", nil
}
func (c *Chart) SVG() []byte          { return []byte("<svg/>") }
func (c *Chart) PNG() ([]byte, error) { return []byte("PNG"), nil }
func (c *Chart) MIMEBundle() map[string]any {
	return map[string]any{
		"application/json": map[string]any{"xs": []float64{1, 2}, "bird": Bird{"wren"}}, "image/jpeg": []byte{1, 2},
		"text/latex": []byte("$x$"),
	}
}

// Other has methods of the same names that are something else.
type Other struct{ N int }

func (Other) HTML(depth int) string { return "" }
func (Other) SVG() int              { return 0 }

type Shower interface{ HTML() string }
type hidden struct{}

func (hidden) HTML() string { return "hidden" }
func Hidden() Shower        { return hidden{} }

type Both struct {
	Bird
	*Chart
}

type Heat []float64

func (h Heat) HTML() string { return fmt.Sprintf("%d values", len(h)) }
func Warm() Heat            { return Heat{1, 2} }

func RGBA() *image.RGBA {
	made := image.NewRGBA(image.Rect(0, 0, 3, 2))
	made.Set(1, 1, color.RGBA{255, 0, 0, 255})
	return made
}
func Gray() image.Image    { return image.NewGray(image.Rect(0, 0, 5, 4)) }
func Endless() image.Image { return image.NewUniform(color.Black) }

type Stripes struct{}

func (Stripes) ColorModel() color.Model { return color.GrayModel }
func (Stripes) Bounds() image.Rectangle { return image.Rect(-2, -2, 2, 2) }
func (Stripes) At(x, y int) color.Color {
	if x == 0 {
		panic("no zero")
	}
	return color.Gray{uint8(x)}
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE)


@pytest.fixture
def shown(monkeypatch):
    """What a notebook gets of an object, by MIME types."""
    formatter = DisplayFormatter()
    formatter.active_types = formatter.format_types
    return lambda thing: formatter.format(thing)[0]


def test_a_struct_shows_itself_as_html_and_stays_the_text_that_it_is(go, shown):
    bird = go.Bird("wren")
    assert shown(bird) == {"text/plain": "Bird(Name='wren')", "text/html": "<b>wren</b>"}
    assert shown(go.Birds(1))["text/plain"] == "[Bird(Name='')]"


def test_all_that_a_value_can_show_is_shown_and_only_then_made(go, shown):
    chart = go.NewChart(0)
    assert (repr(chart), chart.Asked()) == ("Chart(N=0, …)", 0)
    made = shown(chart)
    assert made == {
        "text/plain": "Chart(N=0, …)", "text/html": "<i>chart</i>�", "image/svg+xml": "<svg/>", "image/png": b"PNG",
        "application/json": {"xs": [1.0, 2.0], "bird": {"Name": "wren"}}, "image/jpeg": "AQI=", "text/latex": "$x$",
    }  # fmt: skip
    assert chart.Asked() == 1
    del made["image/png"]  # which a kernel encodes
    json.dumps(made)
    assert shown(go.Held(0))["text/html"] == "<i>chart</i>�"
    assert shown(go.Hidden())["text/html"] == "hidden"
    assert shown(go.Warm())["text/html"] == "2 values"


@pytest.mark.parametrize(("n", "why"), [(1, "GoError: no colours"), (2, "GoPanic: no pen"), (3, "")])
def test_what_fails_leaves_the_text_and_one_line(go, shown, capsys, n, why):
    made = shown(go.NewChart(n))
    assert made["text/plain"] == f"Chart(N={n}, …)" and "text/html" not in made
    assert capsys.readouterr().err == (f"note: Chart is shown as text, HTML() failed: {why}\n" if why else "")


def test_methods_that_are_something_else_show_nothing(go, shown):
    assert list(shown(go.Other())) == ["text/plain"]
    both = go.Both(go.Bird("wren"), go.NewChart(0))  # Go has no Both.HTML: there are two
    assert "text/html" not in shown(both) and shown(both)["image/svg+xml"] == "<svg/>"


def test_an_image_is_a_picture_and_not_all_its_pixels_in_words(go, shown, capsys):
    made = shown(go.RGBA())
    picture = Image.open(io.BytesIO(made["image/png"]))
    assert (picture.size, picture.getpixel((1, 1)), picture.getpixel((0, 0))) == ((3, 2), (255, 0, 0, 255), (0,) * 4)
    assert made["text/plain"] == "<image.RGBA of 3 x 2 pixels>"
    assert Image.open(io.BytesIO(shown(go.Gray())["image/png"])).size == (5, 4)
    assert shown(go.Endless()).keys() == {"text/plain"} == shown(go.Stripes()).keys()
    assert capsys.readouterr().err == (
        "note: Uniform is shown as text, its image failed: "
        "GoError: an image of 2000000000 x 2000000000 pixels cannot be shown\n"
        "note: Stripes is shown as text, its image failed: GoPanic: no zero\n"
    )
