package main

import (
	"fmt"
	"go/types"
	"math"
	"slices"
	"strings"
)

// Form says what a type is made of whose values cross in parcels: golib/bridge/form.h has the same letters. Its codec, in
// golib/bridge/codec.go, is made of the codecs of its parts.
type Form struct {
	Shape   string   `json:"shape"`
	Type    string   `json:"type"`         // as messages show it
	Code    string   `json:"code"`         // of numbers, in slices and arrays, too; "k": an array that is a key
	Length  int      `json:"length"`       // of an array, else -1
	Class   string   `json:"of,omitempty"` // of a *T or struct, see Class
	Parts   []int    `json:"parts"`        // the numbers of these forms
	Names   []string `json:"names"`        // of a struct's fields
	Params  int      `json:"params"`       // of a func: so many parts are parameters
	Layout  *Layout  `json:"layout,omitempty"`
	Dressed string   `json:"dressed,omitempty"` // the class whose methods Python's own values get

	class *Class

	signature *types.Signature // of a func
	written   string           // its type, as shims.go writes it
	channel   *types.Chan      // of one to which one can send
	typ       types.Type       // of it, if that has a form of its own
	isCalled  bool             // there is what Python calls it by

	held string // as which shims.go writes the type, if interfaces without methods hold its values; else ""

	id    string // in Cell.formNumbers
	codec string // "" as long as its parts are being looked at
	order int    // in which codecs can be made
}

// value is a type as a kind that has no lane of its own.
func (c *Cell) value(typ types.Type) (Kind, string) {
	number, why := c.formOf(typ, false)
	if why != "" {
		return Kind{}, why
	}
	return c.parcel(typ, number), ""
}

// parcel is a type as a kind, by the number of its form.
func (c *Cell) parcel(typ types.Type, number int) Kind {
	codec := c.codecName(number)
	kind := Kind{
		Type: c.typeText(typ), Shape: "v", Length: -1, Form: number, Copied: c.isFlat(number, "1sfhiEDTFQC"), written: c.written(typ),
		param: "_bridge.Parcel", arg: "%[1]s",
		in:     "\t\tvar %[1]s " + c.written(typ) + "\n\t\ta.%[1]s.Take(" + codec + ", unsafe.Pointer(&%[1]s))\n",
		result: "_bridge.Parcel", out: "a.%[1]s.Give(&a.Head, " + codec + ", unsafe.Pointer(&%[1]s))",
	}
	if of := c.Forms[number]; of.Shape == "l" && c.Forms[of.Parts[0]].Layout != nil {
		kind.Code = "r"
		kind.in = "\t\tvar %[1]s " + c.written(typ) + "\n\t\tdefer a.%[1]s.Borrow(&a.Head, %[2]d, " + codec + ", unsafe.Pointer(&%[1]s))()\n"
	} else if of.Shape == "Q" && of.Code == "c" {
		kind.in = "\t\tvar %[1]s " + kind.written + "\n\t\tdefer a.%[1]s.Feed(" + codec + ", unsafe.Pointer(&%[1]s))()\n"
	} else if !kind.Copied && c.hasIdentities(number) {
		kind.in = "\t\tvar %[1]s " + kind.written + "\n\t\tdefer a.%[1]s.Pass(&a.Head, %[2]d, " + codec + ", unsafe.Pointer(&%[1]s))()\n"
	} else if !kind.Copied {
		kind.back = "\t\tdefer a.%[1]s.Back(&a.Head, %[2]d, " + codec + ", unsafe.Pointer(&%[1]s))\n"
	}
	return kind
}

func (c *Cell) codecName(number int) string {
	return fmt.Sprintf("%s%d", c.unusedPrefix("_form"), number)
}

// formOf is the number of a type's form, or why it has none. isKey: Python must be able to hash its values.
func (c *Cell) formOf(typ types.Type, isKey bool) (int, string) {
	typ = types.Unalias(typ)
	id := fmt.Sprint(isKey, typeText(typ, nil))
	if number, known := c.formNumbers[id]; known {
		return number, ""
	}
	if !c.isWritable(typ) {
		return 0, "`" + c.typeText(typ) + "` cannot be named outside of its package"
	}
	number := len(c.Forms)
	form := &Form{Type: c.typeText(typ), Length: -1, Parts: []int{}, Names: []string{}, id: id, typ: typ}
	c.Forms = append(c.Forms, form)
	c.formNumbers[id] = number
	if why := c.fill(form, typ, isKey); why != "" {
		c.forgetForms(number) // with its parts, of which some may be made of it
		return 0, why
	}
	c.valued = append(c.valued, typ)
	c.formsMade++
	form.order = c.formsMade
	return number, ""
}

// forgetForms forgets all forms from this number on.
func (c *Cell) forgetForms(number int) {
	for _, form := range c.Forms[number:] {
		delete(c.formNumbers, form.id)
	}
	c.Forms = c.Forms[:number]
}

// fill makes a form of a type.
func (c *Cell) fill(form *Form, typ types.Type, isKey bool) (why string) {
	if named, ok := typ.(*types.Named); isDuration(typ) {
		form.Shape, form.codec = "D", "_bridge.DurationOf()"
		return ""
	} else if ok && fullName(named.Obj()) == "time.Time" {
		form.Shape, form.codec = "T", "_bridge.TimeOf()"
		return ""
	}
	if isBig(typ) {
		return c.fillBig(form, typ)
	}
	if parts := yielded(typ); parts != nil {
		return c.fillSequence(form, typ, parts, isKey)
	}
	switch under := typ.Underlying().(type) {
	case *types.Basic:
		code, isNumber := numbers[under.Name()]
		switch {
		case under.Kind() == types.String:
			form.Shape, form.codec = "s", "_bridge.TextOf()"
			return ""
		case isNumber:
			form.Shape, form.Code, form.codec = "1", code, fmt.Sprintf("_bridge.NumberOf(%d)", sizesOf.Sizeof(under))
			return ""
		}
	case *types.Slice:
		return c.fillSlice(form, under)
	case *types.Array:
		return c.fillArray(form, under, isKey)
	case *types.Map:
		return c.fillMap(form, under)
	case *types.Pointer:
		return c.fillPointer(form, under)
	case *types.Interface:
		if under.Empty() && !under.IsComparable() {
			form.Shape, form.codec = "e", "_bridge.AnyOf()"
			if isKey {
				form.Code = "k"
			}
			return ""
		}
		return c.fillFace(form, typ, under, isKey)
	case *types.Struct:
		if types.Type(under) == typ && under.NumFields() == 0 {
			form.Shape, form.codec = "0", "_bridge.NothingOf()"
			return ""
		}
		return c.fillStruct(form, typ, under, isKey)
	case *types.Chan:
		return c.fillChannel(form, typ, under)
	case *types.Signature:
		return c.fillFunc(form, typ, under)
	}
	return c.reason(typ, form.Type)
}

// part adds a form's part and returns its codec.
func (c *Cell) part(form *Form, typ types.Type, isKey bool) (codec, why string) {
	number, why := c.formOf(typ, isKey)
	if why != "" {
		return "", why
	}
	form.Parts = append(form.Parts, number)
	if c.Forms[number].codec == "" { // one of those that are made of this one
		return "_bridge.Later(&" + c.codecName(number) + ")", ""
	}
	return c.codecName(number), ""
}

func (c *Cell) fillSlice(form *Form, typ *types.Slice) (why string) {
	item, why := c.part(form, typ.Elem(), false)
	if why != "" {
		return why
	}
	form.Shape, form.codec = "l", fmt.Sprintf("_bridge.SliceOf[%s](%s)", c.written(typ.Elem()), item)
	if of := c.Forms[form.Parts[0]]; of.Shape == "1" {
		form.Shape, form.Code, form.codec = "a", of.Code, fmt.Sprintf("_bridge.NumbersOf(%d)", sizesOf.Sizeof(typ.Elem()))
		if of.Code == "B" {
			form.Shape, form.codec = "y", "_bridge.BytesOf()"
		}
	}
	return ""
}

func (c *Cell) fillArray(form *Form, typ *types.Array, isKey bool) (why string) {
	item, why := c.part(form, typ.Elem(), isKey)
	if why != "" {
		return why
	}
	if typ.Len() > math.MaxInt32 || sizesOf.Sizeof(typ) > math.MaxInt32 {
		return "`" + form.Type + "` is too long"
	}
	form.Length = int(typ.Len())
	form.Shape, form.codec = "n", fmt.Sprintf("_bridge.ArrayOf(%d, %d, %s)", typ.Len(), sizesOf.Sizeof(typ.Elem()), item)
	if of := c.Forms[form.Parts[0]]; isKey {
		form.Code = "k"
	} else if of.Shape == "1" {
		form.Shape, form.Code, form.codec = "f", of.Code, fmt.Sprintf("_bridge.FixedOf(%d)", sizesOf.Sizeof(typ))
	}
	return ""
}

func (c *Cell) fillMap(form *Form, typ *types.Map) (why string) {
	key, why := c.part(form, typ.Key(), true)
	if why != "" {
		return why
	}
	value, why := c.part(form, typ.Elem(), false)
	if why != "" {
		return why
	}
	form.Shape = "d"
	if c.Forms[form.Parts[1]].Shape == "0" {
		form.Shape = "u"
	}
	form.codec = fmt.Sprintf("_bridge.MapOf[%s, %s](%s, %s)", c.written(typ.Key()), c.written(typ.Elem()), key, value)
	return ""
}

func (c *Cell) fillPointer(form *Form, typ *types.Pointer) (why string) {
	class, why := c.classOf(typ.Elem())
	if why != "" {
		return why
	}
	form.Shape, form.class, form.Class, form.codec = "h", class, class.ID, "_bridge.HandleOf["+c.written(class.typ)+"]()"
	return ""
}

func (c *Cell) fillFace(form *Form, typ types.Type, under *types.Interface, isKey bool) (why string) {
	class, why := c.classOfFace(typ, under, form.Type)
	if why != "" {
		return why
	}
	form.Shape, form.class, form.Class, form.codec = "i", class, class.ID, "_bridge.FaceOf["+c.written(class.Face.of)+"]()"
	if class.Face.of != theError.Type() {
		return ""
	}
	if isKey {
		return "Python has a new exception for an error each time, and could not tell one key from another"
	}
	form.Shape, form.codec = "E", "_bridge.FaultOf()"
	return ""
}

// isBig tells of big.Int and *big.Int.
func isBig(typ types.Type) bool {
	if pointer, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(pointer.Elem())
	}
	named, ok := typ.(*types.Named)
	return ok && fullName(named.Obj()) == "math/big.Int"
}

// Of bigCodec: how what is at p is read as a *big.Int, whether it is there, and what is put to p, of a new *big.Int x.
const bigCodec = `_bridge.BigOf(func(p unsafe.Pointer) (int, []byte, bool) {
		x := %s
		if x == nil {
			return 0, nil, false
		}
		return x.Sign(), x.Bytes(), true
	}, func(p unsafe.Pointer, sign int, magnitude []byte, ok bool) {
		if !ok {
			return
		}
		x := new(%s).SetBytes(magnitude)
		if sign < 0 {
			x.Neg(x)
		}
		%s
	})`

func (c *Cell) fillBig(form *Form, typ types.Type) (why string) {
	form.Shape = "I"
	if pointer, ok := typ.(*types.Pointer); ok {
		form.Code = "p"
		of := c.written(pointer.Elem())
		form.codec = fmt.Sprintf(bigCodec, "*(**"+of+")(p)", of, "*(**"+of+")(p) = x")
		return ""
	}
	of := c.written(typ)
	form.codec = fmt.Sprintf(bigCodec, "(*"+of+")(p)", of, "(*"+of+")(p).Set(x)")
	return ""
}

// within are the numbers of a form and of all that it is made of.
func (c *Cell) within(number int) []int {
	all := []int{number}
	for i := 0; i < len(all); i++ {
		for _, part := range c.Forms[all[i]].Parts {
			if !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

// classesIn are those of the values that a form's values hold.
func (c *Cell) classesIn(number int) (found []*Class) {
	for _, part := range c.within(number) {
		if class := c.Forms[part].class; class != nil {
			found = append(found, class)
		}
	}
	return found
}

// hasMaps tells whether there are maps or interfaces in a form's values: the compiler sees no writes to these, nor to what
// they hold.
func (c *Cell) hasMaps(number int) bool {
	return slices.ContainsFunc(c.within(number), func(part int) bool { return strings.Contains("due", c.Forms[part].Shape) })
}

// hasIdentities tells whether there are interfaces or sequences in a form's values: after the call these are to be what has
// come.
func (c *Cell) hasIdentities(number int) bool {
	return slices.ContainsFunc(c.within(number), func(part int) bool { return strings.Contains("iEeQ", c.Forms[part].Shape) })
}

// codecs declares the codec of each form, in an order in which they can be made.
func (c *Cell) codecs() string {
	used := map[int]bool{}
	for _, call := range c.Calls {
		for _, value := range slices.Concat(call.Params, call.Results) {
			if value.Shape == "v" {
				for _, part := range c.within(value.Form) {
					used[part] = true
				}
			}
		}
	}
	for _, wanted := range c.wantedParts() {
		for _, part := range c.within(wanted) {
			used[part] = true
		}
	}
	if len(used) == 0 {
		return ""
	}
	held := c.held()
	for _, number := range held {
		for _, part := range c.within(number) {
			used[part] = true
		}
	}
	ordered := slices.SortedFunc(slices.Values(c.Forms), func(a, b *Form) int { return a.order - b.order })
	var names, made []string
	for _, form := range ordered {
		number := slices.Index(c.Forms, form)
		if !used[number] {
			continue
		}
		name := c.codecName(number)
		names = append(names, name)
		made = append(made, fmt.Sprintf("\t%s = %s // %s\n", name, form.codec, form.Type))
	}
	for _, number := range held {
		made = append(made, fmt.Sprintf("\t_bridge.Know(_bridge.Knows[%s](%d, %s))\n", c.Forms[number].held, number, c.codecName(number)))
	}
	return fmt.Sprintf("\nvar %s _bridge.Codec\n\nfunc init() {\n%s}\n", strings.Join(names, ", "), strings.Join(made, ""))
}

func (c *Cell) hasAny() bool {
	return slices.ContainsFunc(c.Forms, func(form *Form) bool { return form.Shape == "e" })
}

// completeForms adds those by which an interface without methods holds values of the cell's classes, and pointers to them.
func (c *Cell) completeForms() {
	for i := 0; c.hasAny() && i < len(c.Classes); i++ {
		class := c.Classes[i]
		switch {
		case class.Face != nil && class.Face.isGiven:
			c.hold(class.Face.of)
		case class.hasValues():
			c.hold(types.NewPointer(class.typ))
			if class.Struct || class.dresses {
				c.hold(class.typ)
			}
			if class.Struct || class.named() == nil {
				continue
			}
			// Out of Go its values come as what they are made of.
			form := &Form{Shape: "S", Type: class.Go, Length: -1, Class: class.ID, Parts: []int{}, Names: []string{}, class: class, held: c.written(class.typ)}
			form.codec = "_bridge.HeldOf[" + form.held + "]()"
			c.formsMade++
			form.order = c.formsMade
			c.Forms = append(c.Forms, form)
		}
	}
	for _, form := range c.Forms {
		if c.hasAny() && form.isCalled {
			form.held = form.written
		}
	}
}

// hold notes that interfaces hold values of a type, if these have a form.
func (c *Cell) hold(typ types.Type) {
	if number, why := c.formOf(typ, false); why == "" {
		c.Forms[number].held = c.written(typ)
	}
}

// held are the numbers of the forms of what interfaces without methods hold.
func (c *Cell) held() (found []int) {
	for number, form := range c.Forms {
		if form.held != "" {
			found = append(found, number)
		}
	}
	return found
}
