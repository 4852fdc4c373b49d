package main

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
)

// A chan T or chan<- T is an object in Python, by which Python sends and receives: a handle on the channel. What that calls
// are functions of golib/bridge, with a shim for each of them and each type.

// fillChannel makes a form of a channel to which one can send.
func (c *Cell) fillChannel(form *Form, typ types.Type, under *types.Chan) (why string) {
	if _, why := c.part(form, under.Elem(), false); why != "" {
		return why
	}
	if form.Shape, form.Code = "C", "c"; under.Dir() == types.SendOnly {
		form.Code = "s"
		if _, why := c.formOf(types.NewChan(types.SendRecv, under.Elem()), false); why != "" { // as which Python makes one
			return why
		}
	}
	form.codec, form.channel = fmt.Sprintf("_bridge.ChanOf(%d)", slices.Index(c.Forms, form)), under
	return ""
}

// addChannels adds what Python calls channels by; tells whether there are new ones. Those of one form stand together, in the
// order that golib/bridge/channels.c knows.
func (c *Cell) addChannels() (more bool) {
	for number := 0; number < len(c.Forms); number++ {
		form := c.Forms[number]
		if form.Shape != "C" || form.isCalled {
			continue
		}
		form.isCalled, more = true, true
		of, written := form.channel, c.written(form.channel.Elem())
		c.addOfChannel(number, "make", []types.Type{types.Typ[types.Int]}, []types.Type{form.typ}, "_bridge.MakeChan["+written+"](%[1]s)")
		c.addOfChannel(number, "send", []types.Type{of.Elem()}, []types.Type{theError.Type()}, "a.self.Send(%[1]s)")
		c.addOfChannel(number, "close", nil, []types.Type{theError.Type()}, "a.self.Close()")
		c.addOfChannel(number, "len", nil, []types.Type{types.Typ[types.Int]}, "a.self.Len()")
		c.addOfChannel(number, "capacity", nil, []types.Type{types.Typ[types.Int]}, "a.self.Cap()")
		if form.Code == "c" {
			c.addOfChannel(number, "recv", nil, []types.Type{of.Elem(), theError.Type()}, "a.self.Recv(%[1]s)")
		}
	}
	return more
}

func (c *Cell) addOfChannel(number int, name string, params, results []types.Type, statement string) {
	form := c.Forms[number]
	signature := types.NewSignatureType(nil, nil, nil, tupleOf(params, "x"), tupleOf(results, ""), false)
	call, why := c.call(name, signature, nil, nil)
	if why != "" {
		panic(form.Type + " has a form, and no " + name + ": " + why)
	}
	call.Role, call.Form, call.Owner = Channel, number, form.Type
	call.Context = slices.Contains([]string{"send", "recv"}, name)
	call.Signature = fmt.Sprintf("%s of %s", name, form.Type)
	if name != "make" {
		call.self, call.receiver = form.Type, "_bridge.Channel["+c.written(form.channel.Elem())+"]"
	}
	call.statement = statement
	c.add(call)
}

func tupleOf(all []types.Type, name string) *types.Tuple {
	var made []*types.Var
	for _, typ := range all {
		made = append(made, types.NewParam(token.NoPos, nil, name, typ))
	}
	return types.NewTuple(made...)
}
