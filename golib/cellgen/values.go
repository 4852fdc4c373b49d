package main

import (
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
)

// addValues adds the exported constants and variables. Their types often stand nowhere in the text, and constants are
// worked out by the rules of the language: go/types knows them, without any import but math.
func (c *Cell) addValues() {
	var info *types.Info
	for _, decl := range c.file.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST && decl.Tok != token.VAR {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.ValueSpec)
			for i, name := range spec.Names {
				if !name.IsExported() {
					continue
				}
				if info == nil {
					info = c.check()
				}
				if decl.Tok == token.CONST {
					c.addConstant(name, info)
				} else {
					c.addVariable(name, spec, i, info, docOf(decl, spec.Doc))
				}
			}
		}
	}
}

// check asks go/types about the cell; what depends on an import other than math stays unknown.
func (c *Cell) check() *types.Info {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: onlyMath{}, Error: func(error) {}, FakeImportC: true}
	// The parser has seen the text without the imports that were added.
	added := *c.file
	for _, path := range missingImports(c.file) {
		spec := &ast.ImportSpec{Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(path)}}
		added.Decls = append([]ast.Decl{&ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}}}, added.Decls...)
	}
	_, _ = config.Check("main", c.files, []*ast.File{&added}, info)
	return info
}

func (c *Cell) addConstant(name *ast.Ident, info *types.Info) {
	object, ok := info.Defs[name].(*types.Const)
	if !ok || object.Val().Kind() == constant.Unknown {
		c.leaveOut(name, "its value depends on an imported package")
		return
	}
	value := Constant{Name: name.Name}
	of, _ := object.Type().Underlying().(*types.Basic)
	switch {
	case of == nil:
		return
	case of.Info()&types.IsBoolean != 0:
		value.Kind, value.Value = "bool", fmt.Sprint(constant.BoolVal(object.Val()))
	case of.Info()&types.IsString != 0:
		value.Kind, value.Value = "string", hex.EncodeToString([]byte(constant.StringVal(object.Val())))
	case of.Info()&types.IsInteger != 0:
		value.Kind, value.Value = "int", constant.ToInt(object.Val()).ExactString()
	case of.Info()&types.IsFloat != 0:
		value.Kind, value.Value = "float", decimal(object.Val())
	default:
		value.Kind = "complex"
		value.Value = decimal(constant.Real(object.Val())) + " " + decimal(constant.Imag(object.Val()))
	}
	c.Constants = append(c.Constants, value)
}

func decimal(value constant.Value) string {
	float, _ := constant.Float64Val(value)
	return strconv.FormatFloat(float, 'g', -1, 64)
}

func (c *Cell) addVariable(name *ast.Ident, spec *ast.ValueSpec, i int, info *types.Info, doc string) {
	typ := spec.Type
	if typ == nil && i < len(spec.Values) && makesError(spec.Values[i]) {
		typ = ast.NewIdent("error")
	}
	if typ == nil {
		if object := info.Defs[name]; object != nil && object.Type() != types.Typ[types.Invalid] {
			text := types.TypeString(object.Type(), func(*types.Package) string { return "" })
			typ, _ = parser.ParseExpr(text)
		}
	}
	switch {
	case typ == nil:
		c.leaveOut(name, "its type depends on an imported package; write it down, as in `var %s float64 = …`", name.Name)
	case isError(typ, c.types):
		c.addSentinel(name, doc)
	default:
		kind, why := kindOf(typ, c.types)
		if why != "" {
			c.leaveOut(name, "%s", why)
			return
		}
		value := Value{Name: "value", Kind: kind}
		signature := "var " + name.Name + " " + kind.Type
		// A string or slice is several words. While one thread keeps the GIL, no other thread of Python's reads the one and
		// writes the other; what takes long, to copy a large value, Set does before Alone.
		get := Call{
			Role: Get, Name: name.Name, Doc: doc, Signature: signature, Params: []Value{}, Results: []Value{value},
			Quick: Always, Place: c.place(name.Pos()), statement: name.Name,
		}
		get.Results[0].Kind = kind.asResult()
		set := Call{
			Role: Set, Name: name.Name, Signature: signature, Params: []Value{value}, Results: []Value{},
			Quick: Small, Place: get.Place, above: "a.Alone()", statement: name.Name + " = %[1]s",
		}
		c.Calls = append(c.Calls, get, set)
	}
}

func (c *Cell) addSentinel(name *ast.Ident, doc string) {
	handle, _ := kindOf(ast.NewIdent("uint64"), nil)
	c.Calls = append(c.Calls, Call{
		Role: Sentinel, Name: name.Name, Doc: doc, Signature: "var " + name.Name + " error", Params: []Value{},
		Results: []Value{{Name: "handle", Kind: handle}}, statement: "_bridge.Hold(" + name.Name + ")", Place: c.place(name.Pos()),
	})
}

// makesError tells whether an expression is errors.New(…) or fmt.Errorf(…).
func makesError(expr ast.Expr) bool {
	call, ok := expr.(*ast.CallExpr)
	if !ok {
		return false
	}
	callee := types.ExprString(call.Fun)
	return callee == "errors.New" || callee == "fmt.Errorf" || callee == "errors.Join"
}

// onlyMath imports the constants of package math, of which many constants are made.
type onlyMath struct{}

const mathConstants = `package math
const (
	E, Pi, Phi = 2.71828182845904523536028747135266249775724709369995957496696763, 3.14159265358979323846264338327950288419716939937510582097494459, 1.61803398874989484820458683436563811772030917980576286213544862
	Sqrt2, SqrtE, SqrtPi, SqrtPhi = 1.41421356237309504880168872420969807856967187537694807317667974, 1.64872127070012814684865078781416357165377610071014801157507931, 1.77245385090551602729816748334114518279754945612238712821380779, 1.27201964951406896425242246173749149171560804184009624861664038
	Ln2, Ln10 = 0.693147180559945309417232121458176568075500134360255254120680009, 2.30258509299404568401799145468436420760110148862877297603332790
	Log2E, Log10E = 1 / Ln2, 1 / Ln10
	MaxFloat32, SmallestNonzeroFloat32 = 0x1p127 * (1 + (1 - 0x1p-23)), 0x1p-126 * 0x1p-23
	MaxFloat64, SmallestNonzeroFloat64 = 0x1p1023 * (1 + (1 - 0x1p-52)), 0x1p-1022 * 0x1p-52
	MaxInt8, MinInt8, MaxInt16, MinInt16, MaxInt32, MinInt32 = 1<<7 - 1, -1 << 7, 1<<15 - 1, -1 << 15, 1<<31 - 1, -1 << 31
	MaxInt, MinInt, MaxInt64, MinInt64 = 1<<63 - 1, -1 << 63, 1<<63 - 1, -1 << 63
	MaxUint8, MaxUint16, MaxUint32, MaxUint, MaxUint64 = 1<<8 - 1, 1<<16 - 1, 1<<32 - 1, 1<<64 - 1, 1<<64 - 1
)`

func (onlyMath) Import(path string) (*types.Package, error) {
	if path != "math" {
		return nil, fmt.Errorf("%s is not looked into", path)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "math.go", mathConstants, 0)
	if err != nil {
		return nil, err
	}
	return new(types.Config).Check("math", files, []*ast.File{file}, nil)
}
