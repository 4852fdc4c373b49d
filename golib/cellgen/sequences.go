package main

import (
	"fmt"
	"go/types"
	"strings"
)

// What a function returns as an iter.Seq, iter.Seq2 or <-chan T is an iterator in Python, and what it takes as one is any
// iterable there. The parts of its form are what it yields.

// yielded are the types of what a sequence yields; none: it is no sequence.
func yielded(typ types.Type) (all []types.Type) {
	if isOfIter(typ) {
		for arg := range types.Unalias(typ).(*types.Named).TypeArgs().Types() {
			all = append(all, arg)
		}
	} else if channel, ok := typ.Underlying().(*types.Chan); ok && channel.Dir() == types.RecvOnly {
		all = append(all, channel.Elem())
	}
	return all
}

// fillSequence makes a form of a sequence.
func (c *Cell) fillSequence(form *Form, typ types.Type, yielded []types.Type, isKey bool) (why string) {
	if isKey {
		return "Python has a new iterator for a channel each time, and could not tell one key from another"
	}
	of := "Seq"
	if len(yielded) == 2 {
		of = "Seq2"
	} else if !isOfIter(typ) {
		form.Code, of = "c", "Receiver"
	}
	var written, codecs []string
	for _, part := range yielded {
		codec, why := c.part(form, part, false)
		if why != "" {
			return why
		}
		written, codecs = append(written, c.written(part)), append(codecs, codec)
	}
	form.Shape, form.codec = "Q", fmt.Sprintf("_bridge.%sOf[%s](%s)", of, strings.Join(written, ", "), strings.Join(codecs, ", "))
	return ""
}
