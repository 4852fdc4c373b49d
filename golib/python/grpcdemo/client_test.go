package grpcdemo

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// interpreter is the Python of $VIRTUAL_ENV or of PATH. Where it lacks grpcio the tests are skipped, but not in CI.
func interpreter(t *testing.T) string {
	name := "python3"
	if environment := os.Getenv("VIRTUAL_ENV"); environment != "" {
		name = filepath.Join(environment, "bin", "python")
	}
	if said, err := exec.Command(name, "-c", "import google.protobuf, grpc, numpy").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s: %s", name, said)
		}
		t.Skipf("%s has no grpcio, protobuf or numpy", name)
	}
	return name
}

func start(t *testing.T) *Server {
	server, err := Start(t.Context(), interpreter(t))
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func TestAllFormsFindTheThreeOutliers(t *testing.T) {
	server := start(t)
	text, err := os.ReadFile("../../../notebooks/data/thermometer.json")
	if err != nil {
		t.Fatal(err)
	}
	var series []float64
	if err := json.Unmarshal(text, &series); err != nil {
		t.Fatal(err)
	}
	want := []int64{7, 113, 835}
	if got, err := server.Stream(t.Context(), series); err != nil || !slices.Equal(got, want) {
		t.Errorf("Stream = %v, %v; want %v", got, err, want)
	}
	if got, err := server.Readings(t.Context(), series); err != nil || !slices.Equal(got, want) {
		t.Errorf("Readings = %v, %v; want %v", got, err, want)
	}
	if got, err := server.Packed(t.Context(), series); err != nil || !slices.Equal(got, want) {
		t.Errorf("Packed = %v, %v; want %v", got, err, want)
	}
	if err := server.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
}

func TestAValueErrorInPythonIsAnInvalidArgument(t *testing.T) {
	server := start(t)
	defer server.Close()
	for series, want := range map[string]struct {
		values  []float64
		message string
	}{
		"empty":      {nil, "the series is empty"},
		"not finite": {[]float64{1, math.NaN()}, "the value at 1 is not finite"},
	} {
		_, streamed := server.Stream(t.Context(), want.values)
		_, read := server.Readings(t.Context(), want.values)
		_, packed := server.Packed(t.Context(), want.values)
		for _, err := range []error{streamed, read, packed} {
			if got := status.Convert(err); got.Code() != codes.InvalidArgument || got.Message() != want.message {
				t.Errorf("%s: %v; want InvalidArgument, %q", series, err, want.message)
			}
		}
	}
}

func TestAServiceThatCannotStartIsAnError(t *testing.T) {
	for _, program := range []string{"false", "no-such-python"} {
		if server, err := Start(t.Context(), program); err == nil {
			t.Errorf("Start(%q) = %v, nil", program, server)
		}
	}
}
