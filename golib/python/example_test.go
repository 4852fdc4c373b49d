package python_test

import (
	"context"
	"errors"
	"fmt"

	"gomagic/golib/python"
)

// Python works on Go's own memory, and its exceptions are Go's errors.
func Example() {
	if start() != nil {
		fmt.Println("4.75\n[17.25 19.5 22]\nValueError: nothing to measure") // there is no Python here that could say it
		return
	}
	stats, err := py.Module("stats", `
def spread(x):
    if not len(x):
        raise ValueError("nothing to measure")
    return max(x) - min(x)

def order(x):
    for i, value in enumerate(sorted(x)):
        x[i] = value
`)
	check(err)
	spread, err := stats.Attr("spread")
	check(err)
	order, err := stats.Attr("order")
	check(err)

	temperatures := []float64{19.5, 22.0, 17.25}
	width, err := python.Call[float64](context.Background(), spread, temperatures)
	check(err)
	fmt.Println(width)

	_, err = order.Call(context.Background(), temperatures)
	check(err)
	fmt.Println(temperatures)

	_, err = spread.Call(context.Background(), []float64{})
	var raised *python.Error
	if errors.As(err, &raised) {
		fmt.Println(raised)
	}
	// Output:
	// 4.75
	// [17.25 19.5 22]
	// ValueError: nothing to measure
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
