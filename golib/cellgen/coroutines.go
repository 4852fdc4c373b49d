package main

import (
	"bytes"
	"go/types"
	"os"
	"slices"
)

// mayHaveCoroutines tells whether the cell, or a package that it imports and that is not of the standard library, calls
// iter.Pull: each of the cell's functions can then go on with what that returns, see golib/bridge/unlocked.go.
func (c *Cell) mayHaveCoroutines(packages Packages) bool {
	for _, used := range c.info.Uses {
		if used, ok := used.(*types.Func); ok && used.Pkg() != nil && used.Pkg().Path() == "iter" {
			return true // Pull or Pull2
		}
	}
	return slices.ContainsFunc(c.pkg.Imports(), func(pkg *types.Package) bool {
		return !packages[pkg.Path()].Standard && begins(packages[pkg.Path()].Export)
	})
}

// unlocked is a shim, which runs in a goroutine of its own where the cell has coroutines.
func (c *Cell) unlocked(shim string) string {
	if !c.hasCoroutines {
		return shim
	}
	return "_bridge.Unlocked(" + shim + ")"
}

// begins tells whether what Go has compiled of a package calls what begins a coroutine, which iter.Pull does where it is used.
func begins(archive string) bool {
	compiled, err := os.ReadFile(archive)
	return err == nil && bytes.Contains(compiled, []byte("runtime.newcoro"))
}
