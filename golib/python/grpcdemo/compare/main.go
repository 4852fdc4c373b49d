// Compare measures what it takes to ask Python for the outliers of a series: in memory, by one gRPC message with the
// bytes of all values, by one with a reading for each value, and by a gRPC message for each reading. And what `find`
// takes itself, called from Python.
//
//	go run ./compare [-python PATH] [-rounds 15] [-calls 20] FILE
//
// PATH is an interpreter or the folder of a virtual environment, with NumPy, grpcio and protobuf. In each round they take
// turns, one after the other, from one goroutine. FILE is a JSON list of numbers. What is printed is JSON as well: by
// the form's name its seconds a call, a number for each round. All call find of gomagic/golib/python/example/outliers;
// if they do not find the same, that is an error.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gomagic/golib/python"
	"gomagic/golib/python/grpcdemo"
)

// repeated has Python call find by itself: that part of every form which is no call of Go's.
const repeated = `
from outliers import find

def repeat(series, calls):
    for _ in range(calls):
        found = find(series)
    return found
`

// A form is a way to ask; ask has find called so many times. A turn asks more than once, but for the stream, a call of
// which takes as long as many in memory.
type form struct {
	name        string
	asks, finds int
	ask         func(context.Context, []float64) ([]int64, error)
}

func main() {
	log.SetFlags(0)
	interpreter := flag.String("python", "", "which Python runs `find` and the service; as for python.New")
	rounds := flag.Int("rounds", 15, "how often each form takes its turn")
	calls := flag.Int("calls", 20, "how many calls a turn has; of the stream of messages it has one")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: compare [-rounds N] [-calls N] FILE")
	}
	text, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	var series []float64
	if err := json.Unmarshal(text, &series); err != nil {
		log.Fatal(err)
	}
	seconds, err := compare(context.Background(), *interpreter, series, *rounds, *calls)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(seconds); err != nil {
		log.Fatal(err)
	}
}

// compare returns for each form the seconds that one of its calls took on average, by round.
func compare(ctx context.Context, interpreter string, series []float64, rounds, calls int) (map[string][]float64, error) {
	folder := filepath.Join(grpcdemo.Folder(), "..", "example", "outliers")
	py, err := python.New(python.Options{Python: interpreter, Path: []string{folder}})
	if err != nil {
		return nil, err
	}
	defer py.Close()
	find, err := attribute(py, "outliers", "find")
	if err != nil {
		return nil, err
	}
	if _, err := py.Module("repeated", repeated); err != nil {
		return nil, err
	}
	repeat, err := attribute(py, "repeated", "repeat")
	if err != nil {
		return nil, err
	}
	executable, err := attribute(py, "sys", "executable")
	if err != nil {
		return nil, err
	}
	name, err := python.As[string](executable)
	if err != nil {
		return nil, err
	}
	server, err := grpcdemo.Start(ctx, name)
	if err != nil {
		return nil, err
	}
	defer server.Close()

	memory := func(ctx context.Context, series []float64) ([]int64, error) {
		return python.Call[[]int64](ctx, find, series)
	}
	itself := func(ctx context.Context, series []float64) ([]int64, error) {
		return python.Call[[]int64](ctx, repeat, series, calls)
	}
	forms := []form{
		{"find", 1, calls, itself},
		{"memory", calls, 1, memory},
		{"packed", calls, 1, server.Packed},
		{"readings", calls, 1, server.Readings},
		{"stream", 1, 1, server.Stream},
	}
	want, err := memory(ctx, series)
	if err != nil {
		return nil, err
	}
	seconds := make(map[string][]float64)
	for range rounds {
		for _, form := range forms {
			var start time.Time
			for ask := range form.asks + 1 {
				if ask == 1 { // the one before it warms up: the caches hold what the form before has used
					start = time.Now()
				}
				if got, err := form.ask(ctx, series); err != nil {
					return nil, err
				} else if !slices.Equal(got, want) {
					return nil, fmt.Errorf("%s found %v, and memory %v", form.name, got, want)
				}
			}
			took := time.Since(start).Seconds() / float64(form.asks*form.finds)
			seconds[form.name] = append(seconds[form.name], took)
		}
	}
	return seconds, nil
}

func attribute(py *python.Runtime, module, name string) (*python.Object, error) {
	imported, err := py.Import(module)
	if err != nil {
		return nil, err
	}
	return imported.Attr(name)
}
