package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// Funcs cross in both directions: a callable of Python's becomes a func that calls it, and a func of Go's becomes an object
// that Python calls. The parts of their forms are their parameters and results.

// Of funcOf: its type, its parameters and results, the fields of the struct in which these lie, what is put there, the call,
// and what golib/bridge is told of these fields.
const funcOf = `_bridge.FuncOf(func(self *_bridge.Callable) %s {
	return func(%s) (%s) {
		a := struct {%s}{%s}
		%s
	}
}, %s)`

// Of funcOfNumbers: its type, its parameters and results, the fields, which are slots as of a block, what is put there, and
// the call. golib/bridge needs to be told nothing of them.
const funcOfNumbers = `_bridge.FuncOf(func(self *_bridge.Callable) %s {
	return func(%s) (%s) {
		var a struct {%s}
		%s
		%s
	}
}, 0)`

// mostSlots are in one piece in golib/bridge/callback.h: CALLBACK_ROOM.
const mostSlots = 32

// funcText is what funcOf is made of, and a method that Python implements.
type funcText struct {
	params, results, fields, given, returned []string
	codecs                                   []string
	lying                                    []*types.Var // fields
	kinds                                    []Kind       // of these
	fails                                    bool         // the last result is an error
}

// fillFunc makes a form of a func.
func (c *Cell) fillFunc(form *Form, typ types.Type, under *types.Signature) (why string) {
	text, why := c.fillCall(form, under)
	if why != "" {
		return why
	}
	form.signature, form.written = under, c.written(typ)
	if slots := text.slots(form.Params); slots[0]+slots[1] <= mostSlots && text.isOfNumbers() {
		form.codec = text.numbersCodec(form, slots)
	} else {
		form.codec = fmt.Sprintf(funcOf, form.written, strings.Join(text.params, ", "), strings.Join(text.results, ", "),
			strings.Join(text.fields, "; "), strings.Join(text.given, ", "), text.call("self.%s(%s)"), text.told())
	}
	return ""
}

// fillCall makes the form of a call that Go makes of Python's, and its text.
func (c *Cell) fillCall(form *Form, under *types.Signature) (text funcText, why string) {
	results := slices.Collect(under.Results().Variables())
	text.fails = len(results) > 0 && isError(results[len(results)-1].Type())
	if text.fails {
		results = results[:len(results)-1]
	}
	params, takesContext := visible(under)
	if params.Len() > mostParams || len(results) > mostResults {
		return text, fmt.Sprintf("`%s` has more than %d parameters or %d results", form.Type, mostParams, mostResults)
	}
	form.Shape, form.Params = "F", params.Len()
	if takesContext { // which is Go's alone
		text.params = append(text.params, "_ "+c.written(under.Params().At(0).Type()))
	}
	for param := range params.Variables() {
		name := fmt.Sprintf("p%d", len(text.given))
		written, why := c.addToFunc(form, &text, name, param.Type())
		if why != "" {
			return text, why
		}
		if under.Variadic() && len(text.lying) == params.Len() {
			form.Code, written = "v", "..."+strings.TrimPrefix(written, "[]")
		}
		text.params = append(text.params, name+" "+written)
		text.given = append(text.given, name+": "+name)
	}
	for i, result := range results {
		name := fmt.Sprintf("r%d", i)
		written, why := c.addToFunc(form, &text, name, result.Type())
		if why != "" {
			return text, why
		}
		text.results = append(text.results, written)
		text.returned = append(text.returned, "a."+name)
	}
	if text.fails {
		text.results, text.returned = append(text.results, "error"), append(text.returned, "err")
	}
	return text, ""
}

// isOfNumbers tells whether nothing but numbers crosses.
func (text *funcText) isOfNumbers() bool {
	return !slices.ContainsFunc(text.kinds, func(kind Kind) bool { return kind.Shape != "1" })
}

// slots is how many numbers take: the parameters, and the results.
func (text *funcText) slots(params int) (slots [2]int) {
	for i, kind := range text.kinds {
		of := &slots[0]
		if i >= params {
			of = &slots[1]
		}
		*of++
		if isComplex(kind.Code) {
			*of++
		}
	}
	return slots
}

// addToFunc adds a parameter or result to a func's form and text, and returns its type as shims.go writes it.
func (c *Cell) addToFunc(form *Form, text *funcText, name string, typ types.Type) (written, why string) {
	codec, why := c.part(form, typ, false)
	if why != "" {
		return "", why
	}
	written = c.written(typ)
	text.fields = append(text.fields, name+" "+written)
	text.codecs = append(text.codecs, codec)
	text.lying = append(text.lying, types.NewField(0, nil, name, typ, false))
	kind := Kind{written: written}
	if c.Forms[form.Parts[len(form.Parts)-1]].Shape == "1" {
		kind, _ = c.basic(kind, typ, typ.Underlying().(*types.Basic))
	}
	text.kinds = append(text.kinds, kind)
	return written, ""
}

func (text *funcText) numbersCodec(form *Form, slots [2]int) string {
	var fields, statements, returned []string
	for i, kind := range text.kinds {
		if i < form.Params {
			fields = append(fields, fmt.Sprintf("p%d %s", i, kind.param))
			statements = append(statements, fmt.Sprintf("a.p%d.Set(p%[1]d)", i))
		} else {
			fields = append(fields, fmt.Sprintf("r%d %s", i-form.Params, kind.result))
			returned = append(returned, fmt.Sprintf("a.r%d.Get()", i-form.Params))
		}
	}
	call := "self.CallNumbers"
	if text.fails {
		call, returned = "err := self.TryNumbers", append(returned, "err")
	}
	call += fmt.Sprintf("(unsafe.Pointer(&a), %d, %d)", slots[0], slots[1])
	if len(returned) > 0 {
		call += "\n\t\treturn " + strings.Join(returned, ", ")
	}
	return fmt.Sprintf(funcOfNumbers, form.written, strings.Join(text.params, ", "), strings.Join(text.results, ", "),
		strings.Join(fields, "; "), strings.Join(statements, "; "), call)
}

// call is what makes the call, and returns what comes back. how: of golib/bridge's Call or Try, and what that is given.
func (text *funcText) call(how string) string {
	call := fmt.Sprintf(how, "Call", "unsafe.Pointer(&a)")
	if text.fails {
		call = "err := " + fmt.Sprintf(how, "Try", "unsafe.Pointer(&a)")
	}
	if len(text.returned) > 0 {
		call += "\n\t\treturn " + strings.Join(text.returned, ", ")
	}
	return call
}

// told is what golib/bridge is told of the struct of arguments and results: how many are arguments, and where each lies.
func (text *funcText) told() string {
	told := []string{fmt.Sprint(len(text.given))}
	for i, offset := range sizesOf.Offsetsof(text.lying) {
		told = append(told, fmt.Sprintf("_bridge.At(%d, %s)", offset, text.codecs[i]))
	}
	return strings.Join(told, ", ")
}

// addFuncs adds what Python calls the funcs by that it gets; tells whether there are new ones.
func (c *Cell) addFuncs() (more bool) {
	out := c.comingOut()
	for number := 0; number < len(c.Forms); number++ {
		form := c.Forms[number]
		if form.Shape != "F" || form.isCalled || !out[number] {
			continue
		}
		form.isCalled, more = true, true
		call, why := c.call(form.Type, form.signature, nil, nil)
		if why != "" {
			panic(form.Type + " has a form, and cannot be called: " + why)
		}
		call.Role, call.Form, call.Signature = Called, number, form.Type
		call.self, call.receiver = form.written, "_bridge.Func["+form.written+"]"
		call.statement = "a.self.Get()(%[1]s)"
		c.add(call)
	}
	return more
}

// comingOut are the numbers of the forms of which Python gets values: not of a func that is but an argument.
func (c *Cell) comingOut() map[int]bool {
	out := map[int]bool{}
	add := func(values []Value, isGiven bool) {
		for _, value := range values {
			if value.Shape != "v" {
				continue
			}
			for _, part := range c.within(value.Form) {
				out[part] = out[part] || isGiven || part != value.Form
			}
		}
	}
	for _, call := range c.Calls {
		add(call.Results, true)
		add(call.Params, false)
	}
	for _, wanted := range c.wantedParts() {
		for _, part := range c.within(wanted) {
			out[part] = true
		}
	}
	return out
}
