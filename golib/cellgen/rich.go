package main

import (
	"go/types"
	"slices"
)

// What shows itself in a notebook has methods by which it does, or is an image. Python asks these methods when a value is
// shown (gomagic/bind/rich.py), and never before.

// ofRich are these methods, which take nothing, and what they return, alone or with an error. What has a name, such as
// template.HTML, counts as what it is made of.
var ofRich = func() map[string][]types.Type {
	text, memory := types.Typ[types.String], types.NewSlice(types.Typ[types.Byte])
	bundle := types.NewMap(text, types.NewInterfaceType(nil, nil))
	return map[string][]types.Type{"MIMEBundle": {bundle}, "HTML": {text, memory}, "SVG": {text, memory}, "PNG": {memory}}
}()

// richMethods are the names of those that a type has.
func richMethods(methods *types.MethodSet) (names []string) {
	for i := range methods.Len() {
		method := methods.At(i)
		signature := method.Type().(*types.Signature)
		results := signature.Results()
		fails := results.Len() == 2 && isError(results.At(1).Type())
		if signature.Params().Len() > 0 || results.Len() != 1 && !fails {
			continue
		}
		made := results.At(0).Type().Underlying()
		if slices.ContainsFunc(ofRich[method.Obj().Name()], func(typ types.Type) bool { return types.Identical(typ, made) }) {
			names = append(names, method.Obj().Name())
		}
	}
	return names
}

// isImage tells whether a type is an image.Image, by its methods: where a cell has one of another package's, go/types may
// not know the whole of package image.
func isImage(methods *types.MethodSet) bool {
	for name, want := range map[string]string{
		"ColorModel": "func() image/color.Model", "Bounds": "func() image.Rectangle", "At": "func(int, int) image/color.Color",
	} {
		method := methods.Lookup(nil, name)
		if method == nil || signatureText(method.Type().(*types.Signature)) != want {
			return false
		}
	}
	return true
}

// signatureText is a signature without the names of its parameters and results.
func signatureText(of *types.Signature) string {
	bare := func(tuple *types.Tuple) (all []types.Type) {
		for one := range tuple.Variables() {
			all = append(all, one.Type())
		}
		return all
	}
	return signature(bare(of.Params()), bare(of.Results())...).String()
}

// The package by which images are made PNG, and what Python calls that.
const showPackage, reprPNG = "gomagic/golib/show", "_repr_png_"

// addRich notes how the values of a class show themselves. Of an image it adds a method that no cell can have.
func (c *Cell) addRich(class *Class, methods *types.MethodSet) {
	class.Rich = richMethods(methods)
	if slices.Contains(class.Rich, "PNG") || !isImage(methods) {
		return
	}
	made := types.NewSlice(types.Typ[types.Byte])
	call, why := c.call(reprPNG, signature(nil, made, theError.Type()), nil, nil)
	if why != "" || c.methods == mostMethods {
		return
	}
	c.methods++
	call.Role, call.Signature = Method, "func ("+class.receiver()+") as PNG"
	c.own(class, &call)
	call.statement = c.imported(showPackage) + ".Encode(a.self.Get())"
	class.Rich = append(class.Rich, reprPNG)
	c.add(call)
}
