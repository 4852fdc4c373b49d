package main

import (
	"fmt"
	"go/types"
	"strings"
)

// What a function returns as an iter.Seq, iter.Seq2 or <-chan T is an iterator in Python. The parts of its form are what it
// yields. Python gets sequences, and passes none.

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

// resultKind tells how a result crosses, or why it does not.
func (c *Cell) resultKind(typ types.Type) (Kind, string) {
	parts := yielded(typ)
	if parts == nil {
		return c.kindOf(typ)
	}
	number, why := c.formOfSequence(typ, parts)
	if why != "" {
		return Kind{}, why
	}
	return c.parcel(typ, number), ""
}

func (c *Cell) formOfSequence(typ types.Type, parts []types.Type) (number int, why string) {
	id := "sequence " + types.TypeString(typ, nil)
	if number, known := c.formNumbers[id]; known {
		return number, ""
	}
	if !c.isWritable(typ) {
		return 0, "`" + c.typeText(typ) + "` cannot be named outside of its package"
	}
	number = len(c.Forms)
	form := &Form{Shape: "Q", Type: c.typeText(typ), Length: -1, Parts: []int{}, Names: []string{}}
	c.Forms = append(c.Forms, form)
	c.formNumbers[id] = number
	var written, codecs []string
	for _, part := range parts {
		codec, why := c.part(form, part, false)
		if why != "" {
			c.forgetForms(number)
			return 0, why
		}
		written, codecs = append(written, c.written(part)), append(codecs, codec)
	}
	of := "Seq"
	if len(parts) == 2 {
		of = "Seq2"
	} else if !isOfIter(typ) {
		of = "Chan"
	}
	form.codec = fmt.Sprintf("_bridge.%sOf[%s](%s)", of, strings.Join(written, ", "), strings.Join(codecs, ", "))
	c.formsMade++
	form.order = c.formsMade
	return number, ""
}
