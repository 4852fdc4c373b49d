//go:build !cells

package main

import (
	"go/build"
	"slices"
	"strings"
)

// sourcesIn are the name and the Go files of the package in a folder that hold for this machine and these build tags.
//
// Alone in cellgen it needs go/build, which takes a new machine seconds to compile: with the build tag `cells` the program
// is what cells need.
func sourcesIn(folder string, tags []string) (name string, files []string, err error) {
	context := build.Default
	context.CgoEnabled, context.BuildTags = true, tags // what needs cgo is to be named, not left out
	found, err := context.ImportDir(folder, 0)
	if err != nil {
		return "", nil, err
	}
	others := slices.Concat(found.CgoFiles, found.CFiles, found.CXXFiles, found.SFiles, found.SysoFiles, found.SwigFiles)
	if len(others) > 0 {
		return "", nil, notPlain(strings.Join(others, ", "))
	}
	return found.Name, found.GoFiles, nil
}
