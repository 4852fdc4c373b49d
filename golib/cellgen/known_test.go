package main

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

// exists tells whether a full name, such as `(*log.Logger).Fatal`, is one of the standard library's.
func exists(t *testing.T, importer types.Importer, name string) bool {
	t.Helper()
	if of, isBuiltin := strings.CutPrefix(name, "builtin."); isBuiltin {
		return types.Universe.Lookup(of) != nil
	}
	receiver, method, isMethod := strings.Cut(strings.TrimPrefix(name, "(*"), ").")
	dot := strings.LastIndex(receiver, ".")
	if _, ok := listed[receiver[:dot]]; !ok {
		listed.list(t, receiver[:dot])
	}
	pkg, err := importer.Import(receiver[:dot])
	if err != nil {
		return false
	}
	object := pkg.Scope().Lookup(receiver[dot+1:])
	if object != nil && isMethod {
		object, _, _ = types.LookupFieldOrMethod(types.NewPointer(object.Type()), true, pkg, method)
	}
	return object != nil && fullName(object) == name
}

func TestWhatTheTablesNameExists(t *testing.T) {
	importer := listed.importer(token.NewFileSet())
	names := slices.Collect(maps.Keys(known))
	names = slices.AppendSeq(names, maps.Keys(fatal))
	names = slices.AppendSeq(names, maps.Keys(goers))
	names = slices.AppendSeq(names, maps.Keys(undone))
	for _, name := range names {
		if !strings.Contains(name, "golang.org/x/") && !exists(t, importer, name) {
			t.Error(name)
		}
	}
	for _, path := range lone {
		if standard[packageName(path)] == "" {
			t.Error(path)
		}
	}
}
