package main

import (
	"go/types"
	"slices"
)

// What reads or writes is a file in Python, which can do more the more of these methods it has: gomagic/bind/files.py.
var ofFiles = func() map[string]*types.Signature {
	memory, count, size := types.NewSlice(types.Typ[types.Byte]), types.Typ[types.Int], types.Typ[types.Int64]
	fault := types.Universe.Lookup("error").Type()
	return map[string]*types.Signature{
		"Read":     signature([]types.Type{memory}, count, fault),
		"Write":    signature([]types.Type{memory}, count, fault),
		"Seek":     signature([]types.Type{size, count}, size, fault),
		"Truncate": signature([]types.Type{size}, fault),
		"Flush":    signature(nil, fault),
		"Close":    signature(nil, fault),
		"Fd":       signature(nil, types.Typ[types.Uintptr]),
	}
}()

func signature(params []types.Type, results ...types.Type) *types.Signature {
	tuple := func(all []types.Type) *types.Tuple {
		var vars []*types.Var
		for _, typ := range all {
			vars = append(vars, types.NewVar(0, nil, "", typ))
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, tuple(params), tuple(results), false)
}

// fileMethods are the names of those methods by which a type is a file; none if it is not.
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
