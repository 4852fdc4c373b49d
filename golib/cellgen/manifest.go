package main

import "go/types"

// Manifest is what Python reads: see the fields' json names. `gomagic/bind/plain.py` turns it into objects.
func Manifest(cell *Cell) []byte { return append(toJSON(cell), '\n') }

// Place is a position as the notebook counts: the line of `%%go` is 1. File is one of a package that is a cell.
type Place struct {
	File   string `json:"in_file,omitempty"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Value is a parameter or result.
type Value struct {
	Name string `json:"name"` // "" if it has none
	Kind
	Variadic bool   `json:"variadic"`
	Borrowed bool   `json:"borrowed"`          // its author promises that it is not used after the call
	Dressed  string `json:"dressed,omitempty"` // of a result, and of what a field is set to: the class whose methods Python's own value gets
	Alone    bool   `json:"alone"`             // what the compiler says of its place is about it, and nothing else in the cell
	Unseen   bool   `json:"unseen,omitempty"`  // the compiler does not say all that Go writes to it
	Place
}

// Role says what a call is for.
type Role string

// What a call can be for.
const (
	Function Role = "function"
	Variant  Role = "variant"  // of a Generic
	Get      Role = "get"      // of a variable
	Set      Role = "set"      // of a variable
	Sentinel Role = "sentinel" // whether an error is a variable's
	Fields   Role = "fields"   // whether an error is of a type, and that type's fields; several where these are many
	Late     Role = "late"     // a field of an error's type that is asked for alone
	Asked    Role = "asked"    // a method of an error's type
	Method   Role = "method"   // of a class
	New      Role = "new"      // a zero value of a class
	Read     Role = "read"     // a field of a class
	Write    Role = "write"    // a field of a class
	Called   Role = "called"   // a func that Python has
	Channel  Role = "channel"  // of a chan T
	Dressing Role = "dressing" // a method of a class, as a function of the value it is called on
	Starting Role = "start"    // of the cell, once; the last
)

// Call is one entry of the library: a shim here, a function in Python.
type Call struct {
	Role      Role    `json:"role"`
	Name      string  `json:"name"`
	Class     string  `json:"of,omitempty"`      // of which it is a method, field or new value
	Owner     string  `json:"owner,omitempty"`   // as messages show that class
	Form      int     `json:"form,omitempty"`    // of a func: its form
	Through   string  `json:"through,omitempty"` // of a promoted field: the embedded field that has it
	Doc       string  `json:"doc"`
	Signature string  `json:"signature"`
	Params    []Value `json:"params"`
	Results   []Value `json:"results"`
	Fails     bool    `json:"fails"`             // the last result is an error
	Context   bool    `json:"context,omitempty"` // the first parameter is one, which is not among Params
	Quick     Quick   `json:"quick"`
	Place

	LeftOut []Remark `json:"left_out,omitempty"` // of an error's type: fields and methods; those of other packages stand on line 0

	Types      []string `json:"types,omitempty"`      // of a variant, for those of its Generic; of an instance of an error's type
	Parameters []string `json:"parameters,omitempty"` // of such an instance: what is given these types
	Probe      *Probe   `json:"probe,omitempty"`      // of a variant, or a method of an instance

	spans     bool   // sequences in its results go on by its context
	goesOn    bool   // what else it returns may
	stand     given  // what type parameters stand for
	self      string // the type of what a method or field is of
	receiver  string // the type of the field in the block by which that is found
	above     string // a line above the call; may be empty
	statement string // the call itself, %s its arguments
}

// isInstance tells whether it is one of several that stand in one place of the cell, each of other types.
func (c Call) isInstance() bool { return c.Role == Variant || c.Role == Method && c.stand != nil }

// hasReceiver tells whether it is called on a handle.
func (c Call) hasReceiver() bool {
	return c.Role == Method || c.Role == Read || c.Role == Write || c.Role == Called || c.Role == Channel && c.self != ""
}

// Probe is a function that does nothing but call an instance, and by which the compiler says what that does with its
// parameters: of functions with type parameters it says nothing. It stands on this line of what [Shims] writes last.
type Probe struct {
	Line    int   `json:"line"`
	Columns []int `json:"columns"` // of the parameters, which are called p0, p1, …
}

// Constant is an exported constant: `value` is decimal text, for strings hexadecimal bytes.
type Constant struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"` // bool, int, float, complex, string or duration, in nanoseconds
	Value   string `json:"value"`
	Dressed string `json:"dressed,omitempty"` // the class whose methods it gets

	typ types.Type
}

// Remark is something to tell the reader: a name that is left out, or a danger.
type Remark struct {
	Name string `json:"name"` // of what is left out; "" for a danger
	Text string `json:"text"`
	Place
}
