package main

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
)

// Of shimsFile: the shims, the main that `go build` wants where the cell has none, imports, codecs, the types that Python has
// classes of, those by which it implements interfaces, and what of bridge it needs.
const shimsFile = `package main

import (
	"unsafe"

	_bridge "gomagic/golib/bridge"
%[3]s)

func init() {
	_bridge.Register(_shims...)
%[7]s}
%[5]s
var _shims = []func(unsafe.Pointer){
%[1]s}
%[4]s%[6]s%[2]s`

// Of shim: the fields of the block, what stands above the call, the call, what stands below it. The head is not embedded:
// Go compiles each method of what is embedded in such a struct once more, which took half of the time.
const shim = `func(block unsafe.Pointer) {
		a := (*struct {
			Head _bridge.Head
%[1]s		})(block)
%[2]s		%[3]s
%[4]s	}`

// Of bareShim: the call.
const bareShim = `func(unsafe.Pointer) { %s }`

// Shims is the Go file by which Python reaches the cell's functions, in the order of the manifest.
func Shims(cell *Cell) []byte {
	var all strings.Builder
	for _, call := range cell.Calls {
		if call.Role != Starting { // which has a file of its own
			shim := shimOf(call)
			if call.Quick == Never && call.above == "" { // else it calls nothing that it does not know
				shim = cell.unlocked(shim)
			}
			fmt.Fprintf(&all, "\t// %s\n\t%s,\n", call.Signature, shim)
		}
	}
	codecs, known, adapters, probed := cell.codecs(), cell.knownClasses(), cell.adapters(), probes(cell)
	var imports strings.Builder
	for i, path := range cell.imports {
		name := fmt.Sprintf("%s%d", cell.importPrefix(), i+1)
		if strings.Contains(all.String()+codecs+known+adapters+probed, name+".") { // not of a function that is left out for another reason
			fmt.Fprintf(&imports, "\t%s %q\n", name, path)
		}
	}
	end := ""
	if !cell.HasMain {
		end = "\nfunc main() {}\n"
	}
	text := cell.apart(fmt.Sprintf(shimsFile, all.String(), end, imports.String(), codecs, known, adapters, cell.parts()))
	pretty, err := format.Source([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("shims that are not Go: %v\n%s", err, text))
	}
	return append(pretty, probed...)
}

// Of probe: its place, by which the compiler calls it, its name, parameters and results, `return ` or nothing, the call.
const probe = "//line %s.variants:%d:1\nfunc %s(%s) (%s) { %s%s }\n"

// probes are the last of the shims, and what the compiler is asked by: nothing calls them.
func probes(cell *Cell) string {
	var all strings.Builder
	for i, call := range cell.Calls {
		lends := slices.ContainsFunc(call.Params, func(p Value) bool {
			return !strings.Contains("1hiE", p.Shape) || p.Shape == "h" && !p.class.Struct
		})
		if !call.isInstance() || !lends || call.Fails && !cell.isPredeclared("error") {
			continue
		}
		name := fmt.Sprintf("%s%d", cell.unusedPrefix("_probe"), i)
		start := len("func "+name+"(") + 1
		probed := &Probe{Line: i + 1, Columns: []int{}}
		var params, args, results []string
		statement := call.statement
		if call.Context {
			args = append(args, "nil")
		}
		if call.Role == Method {
			params = append(params, "self "+call.self)
			statement = strings.Replace(statement, "a.self.Get()", "self", 1)
		}
		for j, p := range call.Params {
			param := fmt.Sprintf("p%d", j)
			probed.Columns = append(probed.Columns, start+len(strings.Join(append(params, ""), ", ")))
			params = append(params, param+" "+typeInShims(p))
			if p.Variadic {
				param += "..."
			}
			args = append(args, param)
		}
		for _, r := range call.Results {
			results = append(results, typeInShims(r))
		}
		if call.Fails {
			results = append(results, "error")
		}
		returns := ""
		if results != nil {
			returns = "return "
		}
		called := filled(statement, strings.Join(args, ", "), 0)
		fmt.Fprintf(&all, probe, cell.called, i+1, name, strings.Join(params, ", "), strings.Join(results, ", "), returns, called)
		cell.Calls[i].Probe = probed
	}
	return all.String()
}

// typeInShims is the type of a parameter or result as shims.go writes it.
func typeInShims(value Value) string {
	if value.Variadic {
		return "..." + strings.TrimPrefix(value.written, "[]")
	}
	return value.written
}

func shimOf(call Call) string {
	if len(call.Params)+len(call.Results) == 0 && !call.Fails && !call.hasReceiver() && !call.Context {
		return fmt.Sprintf(bareShim, filled(call.statement, "", 0))
	}
	var fields, above, below strings.Builder
	var args, results []string
	if call.hasReceiver() {
		fmt.Fprintf(&fields, "\t\t\tself %s\n", call.receiver)
	}
	if call.Context {
		fields.WriteString(contextField)
		if call.spans || call.goesOn {
			above.WriteString(spanBegin)
		} else {
			above.WriteString(contextBegin)
		}
		args = append(args, contextArg)
	}
	for i, p := range call.Params {
		name := fmt.Sprintf("p%d", i)
		fmt.Fprintf(&fields, "\t\t\t%s %s\n", name, p.param)
		above.WriteString(filled(p.in+p.back, name, i))
		arg := filled(p.arg, name, i)
		if p.Variadic {
			arg += "..."
		}
		if arg != "" {
			args = append(args, arg)
		}
	}
	for i, r := range call.Results {
		name := fmt.Sprintf("r%d", i)
		fmt.Fprintf(&fields, "\t\t\t%s %s\n", name, r.result)
		results = append(results, name)
		fmt.Fprintf(&below, "\t\t%s\n", filled(r.out, name, i))
	}
	if call.Fails {
		results = append(results, "err")
		below.WriteString("\t\ta.Head.Fail(err)\n")
	}
	if call.goesOn && call.Fails {
		below.WriteString(goesOnUnless)
	} else if call.goesOn {
		below.WriteString(goesOn)
	}
	if call.above != "" {
		above.WriteString("\t\t" + call.above + "\n")
	}
	statement := filled(call.statement, strings.Join(args, ", "), 0)
	if len(results) > 0 {
		statement = strings.Join(results, ", ") + " := " + statement
	}
	return fmt.Sprintf(shim, fields.String(), above.String(), statement, below.String())
}

// filled puts a field's name and number into one of Kind's texts, of which some use neither.
func filled(text, name string, i int) string {
	if !strings.Contains(text, "%") {
		return text
	}
	if !strings.Contains(text, "%[2]d") {
		return fmt.Sprintf(text, name)
	}
	return fmt.Sprintf(text, name, i)
}
