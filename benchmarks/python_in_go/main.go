// Command python_in_go measures what it costs to call Python from Go: the same function of numpy on the same numbers,
// called from Python and from Go turn and turn about.
//
//	python_in_go ROUNDS CALLS    (CALLS: a multiple of 50)
//
// It prints one JSON object a round: the seconds of one call, by where it came from and on how many numbers.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"gomagic/golib/python"
)

const source = `
import time
import numpy

def outliers(x):
    return numpy.flatnonzero(numpy.abs(x - x.mean()) > 2 * x.std())

def nothing(x):
    pass

def repeat(x, calls):
    begun = time.perf_counter()
    for _ in range(calls):
        outliers(x)
    return time.perf_counter() - begun
`

// turn is how many calls of one kind follow one another: so few that what else the machine does hits all kinds alike.
const turn = 50

// round holds the seconds of one call. Python, Go: outliers of 1,000 numbers. Few, Many: a function that does nothing,
// on 10 and on 10 million numbers.
type round struct {
	Python, Go, Few, Many float64
}

func main() {
	log.SetFlags(0)
	rounds, calls := number(os.Args[1]), number(os.Args[2])
	py := python.Must(python.New(python.Options{}))
	defer py.Close()
	module := python.Must(py.Module("measured", source))
	function := func(name string) *python.Object { return python.Must(module.Attr(name)) }
	outliers, nothing, repeat := function("outliers"), function("nothing"), function("repeat")
	few, some, many := make([]float64, 10), make([]float64, 1000), make([]float64, 10_000_000)
	for _, i := range []int{7, 113, 835} {
		some[i] = 10
	}
	background := context.Background()
	measured := make([]round, rounds)
	for i := range measured {
		sum := &measured[i]
		for range calls / turn {
			sum.Python += python.Must(python.Call[float64](background, repeat, some, turn)) / float64(calls)
			sum.Go += seconds(func() { python.Must(python.Call[[]int](background, outliers, some)) }) / float64(calls)
			sum.Few += seconds(func() { python.Must(python.Call[any](background, nothing, few)) }) / float64(calls)
			sum.Many += seconds(func() { python.Must(python.Call[any](background, nothing, many)) }) / float64(calls)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(measured); err != nil {
		log.Fatal(err)
	}
}

// seconds returns what the calls of a turn take.
func seconds(call func()) float64 {
	begun := time.Now()
	for range turn {
		call()
	}
	return time.Since(begun).Seconds()
}

func number(text string) int { return python.Must(strconv.Atoi(text)) }
