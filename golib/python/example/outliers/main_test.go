package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheThreeOutliersOfTheThermometerAreFound(t *testing.T) {
	name := "python3"
	if environment := os.Getenv("VIRTUAL_ENV"); environment != "" {
		name = filepath.Join(environment, "bin", "python3")
	}
	if said, err := exec.Command(name, "-c", "import numpy").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s: %s", name, said)
		}
		t.Skipf("%s has no numpy", name)
	}
	text, err := os.ReadFile("../../../../notebooks/data/thermometer.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := outliers(text)
	if want := []int{7, 113, 835}; err != nil || !slices.Equal(got, want) {
		t.Errorf("outliers = %v, %v; want %v", got, err, want)
	}
}
