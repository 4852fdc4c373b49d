package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// ofFiles are the methods of package io, and others of files. A type that has some of them is a file in Python, by those
// (gomagic/bind/files.py); an interface that wants none but these is also any file of Python's (gomagic/bind/streams.py).
var ofFiles = func() map[string]*types.Signature {
	memory, text, octet := types.NewSlice(types.Typ[types.Byte]), types.Typ[types.String], types.Typ[types.Byte]
	count, size, fault := types.Typ[types.Int], types.Typ[types.Int64], theError.Type()
	return map[string]*types.Signature{
		"Read":        signature([]types.Type{memory}, count, fault),
		"ReadAt":      signature([]types.Type{memory, size}, count, fault),
		"ReadByte":    signature(nil, octet, fault),
		"Write":       signature([]types.Type{memory}, count, fault),
		"WriteString": signature([]types.Type{text}, count, fault),
		"WriteByte":   signature([]types.Type{octet}, fault),
		"Seek":        signature([]types.Type{size, count}, size, fault),
		"Truncate":    signature([]types.Type{size}, fault),
		"Flush":       signature(nil, fault),
		"Close":       signature(nil, fault),
		"Fd":          signature(nil, types.Typ[types.Uintptr]),
	}
}()

func signature(params []types.Type, results ...types.Type) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, tupleOf(params, ""), tupleOf(results, ""), false)
}

// fileMethods are the names of those methods by which a type is a file; none if it neither reads nor writes.
func fileMethods(methods *types.MethodSet) (names []string) {
	for i := range methods.Len() {
		method := methods.At(i).Obj()
		if of, ok := ofFiles[method.Name()]; ok && types.Identical(methods.At(i).Type(), of) {
			names = append(names, method.Name())
		}
	}
	if !slices.Contains(names, "Read") && !slices.Contains(names, "Write") {
		return nil
	}
	return names
}

// streamMethods are the names of an interface's methods, if files of Python's have them all.
func streamMethods(face *types.Interface) []string {
	names := []string{}
	for method := range face.Methods() {
		if of, ok := ofFiles[method.Name()]; !ok || !types.Identical(method.Signature(), of) {
			return []string{}
		}
		names = append(names, method.Name())
	}
	return names
}

// Of stream: the interface, the name of the type, its methods.
const stream = `
// A file of Python's as %[1]s.
type %[2]s _bridge.File
%[3]s
func init() { _bridge.Stream(func(of *_bridge.File) %[1]s { return (*%[2]s)(of) }) }
`

// Of streamMethod: the type, the method, its parameters and results, what it passes on.
const streamMethod = `
func (self *%[1]s) %[2]s(%[3]s) (%[4]s) { return (*_bridge.File)(self).%[2]s(%[5]s) }
`

// stream is the type by which files of Python's are values of an interface.
func (c *Cell) stream(face *Face, number int) string {
	name, methods := fmt.Sprintf("%s%d", c.unusedPrefix("_file"), number), ""
	for _, method := range face.Stream {
		var params, results, args []string
		for param := range ofFiles[method].Params().Variables() {
			arg := fmt.Sprintf("p%d", len(args))
			params, args = append(params, arg+" "+c.written(param.Type())), append(args, arg)
		}
		for result := range ofFiles[method].Results().Variables() {
			results = append(results, c.written(result.Type()))
		}
		methods += fmt.Sprintf(streamMethod, name, method, strings.Join(params, ", "), strings.Join(results, ", "), strings.Join(args, ", "))
	}
	return fmt.Sprintf(stream, c.written(face.of), name, methods)
}
