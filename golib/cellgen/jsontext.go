package main

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// toJSON is what encoding/json makes of a value of bools, ints, strings, pointers, slices, maps by strings, and structs of
// these, in one line. With that package a new machine would compile for the most of a second longer before its first cell.
func toJSON(value any) []byte { return appendJSON(nil, reflect.ValueOf(value)) }

func appendJSON(to []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(to, v.Bool())
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(to, v.Int(), 10)
	case reflect.String:
		return appendText(to, v.String())
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return append(to, "null"...)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return appendJSON(to, v.Elem())
	case reflect.Slice:
		return appendAll(to, "[]", v.Len(), func(to []byte, i int) []byte { return appendJSON(to, v.Index(i)) })
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		return appendAll(to, "{}", len(keys), func(to []byte, i int) []byte {
			return appendJSON(append(appendText(to, keys[i].String()), ':'), v.MapIndex(keys[i]))
		})
	case reflect.Struct:
		var there []jsonField
		for _, f := range jsonFieldsOf(v.Type()) {
			if !f.omitsEmpty || !isEmpty(v.FieldByIndex(f.index)) {
				there = append(there, f)
			}
		}
		return appendAll(to, "{}", len(there), func(to []byte, i int) []byte {
			return appendJSON(append(appendText(to, there[i].name), ':'), v.FieldByIndex(there[i].index))
		})
	}
	panic(fmt.Sprintf("no JSON is written of a %s", v.Type()))
}

// appendAll appends so many items between brackets.
func appendAll(to []byte, brackets string, n int, item func(to []byte, i int) []byte) []byte {
	to = append(to, brackets[0])
	for i := range n {
		if i > 0 {
			to = append(to, ',')
		}
		to = item(to, i)
	}
	return append(to, brackets[1])
}

func appendText(to []byte, text string) []byte {
	to = append(to, '"')
	for _, r := range text { // what is no UTF-8 is U+FFFD
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r == '\n':
			to = append(to, `\n`...)
		case r < ' ':
			to = fmt.Appendf(to, `\u%04x`, r)
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}

type jsonField struct {
	name       string
	index      []int
	omitsEmpty bool
}

var jsonFields = map[reflect.Type][]jsonField{}

// jsonFieldsOf are the fields that JSON has, those of embedded structs among them.
func jsonFieldsOf(of reflect.Type) []jsonField {
	found, ok := jsonFields[of]
	if ok {
		return found
	}
	for _, f := range reflect.VisibleFields(of) {
		name, how, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "-" {
			found = append(found, jsonField{cmp.Or(name, f.Name), f.Index, how == "omitempty"})
		}
	}
	jsonFields[of] = found
	return found
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
