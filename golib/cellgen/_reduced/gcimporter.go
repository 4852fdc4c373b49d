// Package gcimporter is the file of that name in go/internal/gcimporter without what looks for packages: that needs
// go/build. Beside it stay Go's own files, which know how types are written.
package gcimporter

import (
	"fmt"
	"go/token"
	"go/types"
	"internal/pkgbits"
	"io"
	"strconv"
	"strings"
)

// What the archive has: its first member's header, of which a part is the size, and in that member a line after which
// the types follow. The letter at its end says how they are written.
const (
	sizeFrom, sizeTo, memberFrom = 56, 66, 68
	begin, end                   = "\n$$B\nu", "\n$$\n"
)

// Read reads the types of a package from the archive that the compiler has made of it.
func Read(files *token.FileSet, imported map[string]*types.Package, path string, archive io.Reader) (*types.Package, error) {
	header := make([]byte, memberFrom)
	if _, err := io.ReadFull(archive, header); err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(strings.TrimSpace(string(header[sizeFrom:sizeTo])))
	if err != nil {
		return nil, fmt.Errorf("%s: not what the Go compiler writes", path)
	}
	member := make([]byte, size)
	if _, err := io.ReadFull(archive, member); err != nil {
		return nil, err
	}
	_, written, found := strings.Cut(string(member), begin)
	if !found {
		return nil, fmt.Errorf("%s: types that this Go cannot read", path)
	}
	written = written[:strings.LastIndex(written, end)]
	return readUnifiedPackage(files, nil, imported, pkgbits.NewPkgDecoder(path, written)), nil
}
