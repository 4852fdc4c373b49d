"""What a struct of a plain Go cell embeds: promoted members, and isinstance."""

import pytest

import gomagic

SOURCE = """
type Animal struct {
	Name string
	age  int
}

func (a *Animal) Rename(name string) *Animal { a.Name = name; return a }
func (a *Animal) Age() int                   { a.age++; return a.age }
func (a Animal) Len() int                    { return len(a.Name) }

type Swimmer struct{ Speed int }

func (s *Swimmer) Swim() int { return s.Speed }

type Dog struct {
	*Animal
	Tricks []string
}

type body struct{ Swimmer }

type Duck struct {
	Animal
	body
	sync.Mutex
}

func (d *Duck) Age() int { return -1 }

type Knot struct{ *Loop }
type Loop struct {
	*Knot
	N int
}

type Left struct{ X int }
type Right struct{ X int }
type Both struct {
	Left
	Right
}

type Named interface{ Label(prefix string) string }
type Badge struct{ Named }
type label string

func (l label) Label(prefix string) string { return prefix + string(l) }
func NewBadge(text string) *Badge          { return &Badge{label(text)} }

type AB struct { Left; Right }
type BA struct { Right; Left }
type Tangle struct { AB; BA }

type Generic[T any] struct{ Value T }

func (g *Generic[T]) Get() T { return g.Value }

type Holder struct{ Generic[int] }

func NewDog() *Dog          { return &Dog{Animal: &Animal{Name: "Rex"}} }
func Greet(a *Animal) string {
	if a == nil {
		return "nobody"
	}
	return a.Name
}
func Race(s *Swimmer) int   { s.Speed++; return s.Speed }
func Pet(d *Dog) *Animal    { return d.Animal }
"""


@pytest.fixture(scope="module")
def zoo(own_cache):
    return gomagic.compile(SOURCE, "zoo")


def test_members_of_what_is_embedded_are_promoted(zoo):
    dog = zoo.NewDog()
    assert (dog.Name, dog.Age(), dog.Age(), len(dog)) == ("Rex", 1, 2, 3)
    dog.Name = "Max"
    assert dog.Rename("Rex").Name == dog.Name == "Rex"
    duck = zoo.Duck()
    duck.Speed = 4
    assert (duck.Swim(), duck.Age()) == (4, -1)


def test_isinstance_follows_embedding(zoo):
    assert isinstance(zoo.NewDog(), zoo.Animal)
    assert isinstance(zoo.Duck(), zoo.Animal)
    assert isinstance(zoo.Duck(), zoo.Swimmer)  # within what has no class
    assert not isinstance(zoo.NewDog(), zoo.Swimmer)
    assert not isinstance(zoo.Animal(), zoo.Dog)
    assert [kind.__name__ for kind in zoo.Duck.__mro__[:4]] == ["Duck", "Animal", "Swimmer", "Mutex"]


def test_a_handle_stands_for_what_its_value_embeds(zoo):
    dog, duck = zoo.NewDog(), zoo.Duck()
    duck.Name = "Donald"
    assert (zoo.Greet(dog), zoo.Greet(duck), zoo.Race(duck), duck.Speed) == ("Rex", "Donald", 1, 1)
    assert zoo.Greet(zoo.Dog()) == "nobody"
    assert zoo.Animal.Age(duck) == 1
    assert zoo.Animal.Name.__get__(duck) == "Donald"
    with pytest.raises(TypeError, match=r"`d` is zoo.Animal, Go wants \*Dog"):
        zoo.Pet(zoo.Animal())


def test_the_pointer_to_what_is_embedded_is_a_handle_of_its_own(zoo):
    dog = zoo.NewDog()
    assert type(dog.Animal) is zoo.Animal
    assert dog.Animal is zoo.Pet(dog) is dog.Rename("Rex")
    assert dog.Animal is not dog
    other = zoo.Animal()
    dog.Animal = other
    assert zoo.Pet(dog) is other


def test_a_nil_pointer_on_the_way_is_a_panic(zoo):
    with pytest.raises(gomagic.GoPanic, match="nil pointer dereference"):
        zoo.Dog().Age()
    with pytest.raises(gomagic.GoPanic, match="nil pointer dereference"):
        zoo.Dog().Name  # noqa: B018


def test_an_embedded_value_is_the_part_of_its_owner(zoo):
    duck = zoo.Duck()
    duck.Animal.Name = "Donald"
    assert (duck.Name, duck.Animal.Age(), duck.Age()) == ("Donald", 1, -1)


def test_types_may_embed_each_other(zoo):
    loop = zoo.Loop()
    loop.N = 3
    assert (loop.N, loop.Knot) == (3, None)


def test_what_go_finds_ambiguous_is_no_field_of_both(zoo):
    both = zoo.Both()
    assert isinstance(both, zoo.Left)
    assert isinstance(both, zoo.Right)
    assert isinstance(zoo.Tangle(), zoo.AB)


def test_the_methods_of_an_embedded_interface_are_promoted(zoo):
    assert zoo.NewBadge("Go").Label("> ") == "> Go"


def test_the_methods_of_an_embedded_instance_are_promoted(zoo):
    holder = zoo.Holder()
    holder.Value = 5
    assert holder.Get() == 5
