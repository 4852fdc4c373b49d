package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// What Python implements: an interface that Go takes from Python gets a type in shims.go whose methods call those of an
// object of Python's.

// Wanted is a method that such an object must have.
type Wanted struct {
	Name string `json:"name"`
	Form int    `json:"form"` // of a func like it

	text string // of the method in shims.go
	told string // what golib/bridge is told of it
}

// Of adapter: the interface, the name of the type, its methods, what golib/bridge is told of each.
const adapter = `
// What Python implements of %[1]s.
type %[2]s _bridge.Implementation
%[3]s
func init() {
	_bridge.Implement(func(of *_bridge.Implementation) %[1]s { return (*%[2]s)(of) },
%[4]s)
}
`

// Of adapterMethod: the type, the method, its parameters and results, the fields of the struct in which these lie, what is
// put there, the call.
const adapterMethod = `
func (self *%s) %s(%s) (%s) {
	a := struct {%s}{%s}
	%s
}
`

// takeFaces notes which interfaces Python may pass as a parameter, or in one.
func (c *Cell) takeFaces(value Value) {
	classes := []*Class{value.class}
	if value.Shape == "v" {
		classes = c.classesIn(value.Form)
	}
	for _, class := range classes {
		if class != nil && class.Face != nil {
			class.Face.isTaken = true
		}
	}
}

// addImplementations finds out what Python needs to implement the interfaces that Go takes; tells whether there is more.
func (c *Cell) addImplementations() (more bool) {
	for i := 0; i < len(c.faces); i++ {
		class := c.faces[i]
		if face := class.Face; class.isAdded && face.isTaken && !face.isOpen && face.of != theError.Type() {
			face.isOpen, more = true, true
			face.Stream = streamMethods(face.typ)
			if face.Closed = c.open(class); face.Closed != "" {
				face.Wants = []Wanted{}
			}
		}
	}
	return more
}

// open fills in what an interface wants of an object of Python's, or tells why there can be none.
func (c *Cell) open(class *Class) (why string) {
	face := class.Face
	face.adapter = fmt.Sprintf("%s%d", c.unusedPrefix("_python"), slices.Index(c.faces, class))
	for method := range face.typ.Methods() {
		if !method.Exported() {
			return fmt.Sprintf("the method `%s` is not exported, and what has it is of its package", method.Name())
		}
		wanted, why := c.wanted(face, method)
		if why != "" {
			return fmt.Sprintf("its method `%s` cannot be called back: %s", method.Name(), why)
		}
		face.Wants = append(face.Wants, wanted)
	}
	for _, wanted := range face.Wants {
		value := Value{Kind: Kind{Shape: "v", Form: wanted.Form}}
		for _, part := range c.classesIn(wanted.Form) {
			c.addClass(part)
			c.giveFace(part)
		}
		c.takeFaces(value)
	}
	return ""
}

func (c *Cell) wanted(face *Face, method *types.Func) (Wanted, string) {
	number := len(c.Forms)
	form := &Form{Type: c.methodText(method), Length: -1, Parts: []int{}, Names: []string{}}
	c.Forms = append(c.Forms, form)
	text, why := c.fillCall(form, method.Signature())
	if why != "" {
		c.forgetForms(number)
		return Wanted{}, why
	}
	call := text.call(fmt.Sprintf("(*_bridge.Implementation)(self).%%s(%d, %%s)", len(face.Wants)))
	return Wanted{
		Name: method.Name(), Form: number, told: "_bridge.MethodOf(" + text.told() + ")",
		text: fmt.Sprintf(adapterMethod, face.adapter, method.Name(), strings.Join(text.params, ", "), strings.Join(text.results, ", "),
			strings.Join(text.fields, "; "), strings.Join(text.given, ", "), call),
	}, ""
}

// wantedParts are the forms of what the methods take and give that Python implements.
func (c *Cell) wantedParts() (parts []int) {
	for _, class := range c.faces {
		for _, wanted := range class.Face.Wants {
			parts = append(parts, c.Forms[wanted.Form].Parts...)
		}
	}
	return parts
}

// adapters are the types by which Python implements interfaces.
func (c *Cell) adapters() string {
	var all strings.Builder
	for number, class := range c.faces {
		face, methods, told := class.Face, "", ""
		if len(face.Stream) > 0 {
			all.WriteString(c.stream(face, number))
		}
		for _, wanted := range face.Wants {
			methods += wanted.text
			told += "\t\t" + wanted.told + ",\n"
		}
		if methods != "" {
			fmt.Fprintf(&all, adapter, c.written(face.of), face.adapter, methods, told)
		}
	}
	return all.String()
}
