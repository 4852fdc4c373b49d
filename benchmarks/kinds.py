"""Cells of other kinds than the two of samples.py, each as a plain cell and as the text that plain `go build` gets.

What both have is `check`, which uses all that is there and is the cell's first call. EDIT stands for a number that
changes, as in samples.py.
"""

from samples import Sample

MODULE = "github.com/google/uuid@v1.6.0"


def _imported(imports):
    return "import (\n" + "".join(f'\t"{path}"\n' for path in imports) + ")\n\n" if imports else ""


def _pair(name, imports, text):
    """The plain cell and its reference. text: Go in which `check(n int) int` returns 42 + EDIT for 3."""
    call = "assert NAME.Check(3) == 42 + EDIT"
    plain = f"{_imported(imports)}{text}\nfunc Check(n int) int {{ return check(n) }}\n"
    exported = "//export Check\nfunc Check(n C.int) C.int { return C.int(check(int(n))) }\n\nfunc main() {}\n"
    by_hand = f'package main\n\nimport "C"\n\n{_imported(imports)}{text}\n{exported}'
    return Sample(name, plain, call), Sample(name, by_hand, call)


def _functions():
    return "\n".join(f"func Add{i}(a, b int) int {{ return a + b*{i} }}\n" for i in range(40)) + (
        "\nfunc check(n int) int { return " + " + ".join(f"Add{i}(n-3, 0)" for i in range(40)) + " + 42 + EDIT }\n"
    )


def _structs():
    methods = """
type Shape{i} struct {{
	Width, Height float64
	Name          string
	Count         int
}}

func (s *Shape{i}) Area() float64           {{ return s.Width * s.Height }}
func (s *Shape{i}) Grow(by float64)         {{ s.Width, s.Height = s.Width*by, s.Height*by }}
func (s *Shape{i}) Label(prefix string) string {{ return prefix + s.Name }}
func (s *Shape{i}) Add(n int) int           {{ s.Count += n; return s.Count }}
"""
    uses = "".join(
        f'\tshape{i} := &Shape{i}{{1, 2, "a", n}}\n\tshape{i}.Grow(1)\n'
        f'\ttotal += int(shape{i}.Area()) + len(shape{i}.Label("b")) + shape{i}.Add(1)\n'
        for i in range(5)
    )
    return (
        "".join(methods.format(i=i) for i in range(5))
        + f"""
func check(n int) int {{
	total := 0
{uses}	return total + 2 + EDIT
}}
"""
    )


_SERVER = """
var word = regexp.MustCompile(`[a-z]+`)

func check(n int) int {
	text, err := json.Marshal(http.StatusText(401 + n))
	if err != nil {
		return 0
	}
	return len(word.FindAllString(string(text), -1)) + 40 + EDIT
}
"""
_OTHERS = """
func check(n int) int { return len(uuid.NewSHA1(uuid.NameSpaceDNS, []byte{byte(n)}).String()) + 6 + EDIT }
"""

SERVER = _pair("server", ["encoding/json", "net/http", "regexp"], _SERVER)
FUNCTIONS = _pair("functions", [], _functions())
STRUCTS = _pair("structs", [], _structs())
WITH_MODULE = _pair("module", [MODULE.partition("@")[0]], _OTHERS)
