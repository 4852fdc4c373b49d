// Package binary stands in for encoding/binary, of which internal/pkgbits reads 32-bit numbers, and which has a thousand
// lines to do it by reflection.
package binary

import (
	"fmt"
	"io"
)

// MaxVarintLen64 is how many bytes a number of 64 bits takes at most.
const MaxVarintLen64 = 10

type littleEndian struct{}

// LittleEndian is the only order there is.
var LittleEndian littleEndian

// Read reads a *uint32 or []uint32, and panics for anything else.
func Read(from io.Reader, _ littleEndian, data any) error {
	var numbers []uint32
	switch data := data.(type) {
	case *uint32:
		numbers = make([]uint32, 1)
		defer func() { *data = numbers[0] }()
	case []uint32:
		numbers = data
	default:
		panic(fmt.Sprintf("encoding/binary is reduced to uint32, not %T", data))
	}
	bytes := make([]byte, 4*len(numbers))
	_, err := io.ReadFull(from, bytes)
	for i := range numbers {
		b := bytes[4*i:]
		numbers[i] = uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	}
	return err
}
