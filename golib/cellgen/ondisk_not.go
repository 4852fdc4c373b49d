//go:build cells

package main

import "errors"

func sourcesIn(string, []string) (string, []string, error) {
	return "", nil, errors.New("this cellgen is built for cells alone, see ondisk.go")
}
