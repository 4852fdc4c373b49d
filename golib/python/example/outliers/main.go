// Outliers prints at which positions of a series the numbers are more than two standard deviations from the mean.
//
//	go run ./golib/python/example/outliers notebooks/data/thermometer.json
//	[7 113 835]
//
// Go reads the series, a JSON list of numbers; NumPy looks for the outliers, in this process and in Go's own slice. The
// Python that runs is that of the active virtual environment, else `python3` on PATH; the source of outliers.py is part
// of the program.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"gomagic/golib/python"
)

//go:embed outliers.py
var source string

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: outliers FILE")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	found, err := outliers(text)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found)
}

// outliers returns the positions of the outliers in a JSON list of numbers. A process can call it once.
func outliers(text []byte) ([]int, error) {
	var series []float64
	if err := json.Unmarshal(text, &series); err != nil {
		return nil, err
	}
	py, err := python.New(python.Options{})
	if err != nil {
		return nil, err
	}
	defer py.Close()
	module, err := py.Module("outliers", source)
	if err != nil {
		return nil, err
	}
	find, err := module.Attr("find")
	if err != nil {
		return nil, err
	}
	return python.Call[[]int](context.Background(), find, series)
}
