package python_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gomagic/golib/python"
)

func TestMustReturnsTheValueIfThereIsNoError(t *testing.T) {
	if got := python.Must("value", nil); got != "value" {
		t.Errorf("Must = %q", got)
	}
}

func TestMustPanicsWithTheErrorItself(t *testing.T) {
	want := &python.Error{Type: "ValueError", Message: "too cold"}
	defer func() {
		if got := recover(); got != any(want) {
			t.Errorf("the panic's value is %v, want %v itself", got, want)
		}
	}()
	python.Must(0, error(want))
	t.Error("Must has returned")
}

// Without Must each line would be followed by three that look at its error.
func ExampleMust() {
	if start() != nil {
		fmt.Println("3\nValueError") // there is no Python here that could say it
		return
	}
	builtins := python.Must(py.Import("builtins"))
	length := python.Must(builtins.Attr("len"))
	fmt.Println(python.Must(python.Call[int](context.Background(), length, []string{"a", "b", "c"})))

	defer func() {
		var raised *python.Error
		if err, _ := recover().(error); errors.As(err, &raised) {
			fmt.Println(raised.Type)
		}
	}()
	python.Must(python.Must(builtins.Attr("int")).Call(context.Background(), "three"))
	// Output:
	// 3
	// ValueError
}
