// Command godoc writes what Go packages say of themselves as Markdown, a page each: for the course's site.
//
//	go run ./course/site/godoc OUT golib/alloc golib/cstr
//
// writes OUT/alloc.md and OUT/cstr.md. A page has the package comment, then each exported name with its declaration,
// its comment and its examples. Headings are the names themselves, so that a comment's [Name] is a link to #Name.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: godoc OUT FOLDER...")
	}
	for _, folder := range os.Args[2:] {
		text, err := page(folder)
		if err == nil {
			err = os.WriteFile(filepath.Join(os.Args[1], filepath.Base(folder)+".md"), text, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// page returns the Markdown page of the package in a folder, whose path is that of its import below the module's.
func page(folder string) ([]byte, error) {
	known, err := build.ImportDir(folder, 0)
	if err != nil {
		return nil, err
	}
	names := append(known.GoFiles, known.CgoFiles...)
	names = append(names, append(known.TestGoFiles, known.XTestGoFiles...)...)
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(set, filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(set, files, "gomagic/"+filepath.ToSlash(folder))
	if err != nil {
		return nil, err
	}
	p := &printer{pkg: pkg, set: set}
	p.all()
	return p.out.Bytes(), nil
}

// A printer writes the page of one package.
type printer struct {
	pkg *doc.Package
	set *token.FileSet
	out bytes.Buffer
}

func (p *printer) all() {
	fmt.Fprintf(&p.out, "# %s\n\n```go\nimport %q\n```\n\n", p.pkg.Name, p.pkg.ImportPath)
	p.comment(p.pkg.Doc)
	p.examples(p.pkg.Examples)
	p.values(p.pkg.Consts)
	p.values(p.pkg.Vars)
	for _, f := range p.pkg.Funcs {
		p.function("##", f.Name, f)
	}
	for _, t := range p.pkg.Types {
		fmt.Fprintf(&p.out, "## %s\n\n", t.Name)
		p.declaration(t.Decl)
		p.comment(t.Doc)
		p.examples(t.Examples)
		p.values(t.Consts)
		p.values(t.Vars)
		for _, f := range t.Funcs {
			p.function("###", f.Name, f)
		}
		for _, m := range t.Methods {
			p.function("###", t.Name+"."+m.Name, m)
		}
	}
}

func (p *printer) values(values []*doc.Value) {
	for _, v := range values {
		p.declaration(v.Decl)
		p.comment(v.Doc)
	}
}

func (p *printer) function(level, name string, f *doc.Func) {
	fmt.Fprintf(&p.out, "%s %s\n\n", level, name)
	p.declaration(f.Decl)
	p.comment(f.Doc)
	p.examples(f.Examples)
}

// declaration writes a declaration without the comment above it and without a function's body.
func (p *printer) declaration(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		decl.Doc, decl.Body = nil, nil
	case *ast.GenDecl:
		decl.Doc = nil
	}
	p.fence("go", p.source(decl))
}

func (p *printer) source(node any) string {
	var text bytes.Buffer
	if err := format.Node(&text, p.set, node); err != nil {
		log.Fatal(err)
	}
	return text.String()
}

// comment writes a comment; what it links to is on this page, or on pkg.go.dev.
func (p *printer) comment(text string) {
	markdown := p.pkg.Printer()
	markdown.HeadingLevel = 3
	markdown.HeadingID = func(*comment.Heading) string { return "" }
	markdown.DocLinkURL = func(link *comment.DocLink) string {
		if link.ImportPath == "" {
			name := link.Name
			if link.Recv != "" {
				name = link.Recv + "." + name
			}
			return "#" + name
		}
		return link.DefaultURL("https://pkg.go.dev/")
	}
	for _, block := range p.pkg.Parser().Parse(text).Content {
		if code, is := block.(*comment.Code); is {
			p.fence(language(code.Text), code.Text)
			continue
		}
		p.out.Write(markdown.Markdown(&comment.Doc{Content: []comment.Block{block}}))
		p.out.WriteByte('\n')
	}
}

func (p *printer) examples(examples []*doc.Example) {
	for _, e := range examples {
		p.comment("For example:")
		p.fence("go", body(p.source(e.Code)))
		if e.Output != "" {
			p.comment("prints")
			p.fence("text", e.Output)
		}
	}
}

// body returns the text of a function's body without its braces and their indentation.
func body(text string) string {
	inner, is := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(text), "}"), "{")
	if !is {
		return text
	}
	return strings.ReplaceAll(inner, "\n\t", "\n")
}

func (p *printer) fence(language, text string) {
	fmt.Fprintf(&p.out, "```%s\n%s\n```\n\n", language, strings.Trim(text, "\n"))
}

// language tells in which of the course's languages a comment's code is.
func language(text string) string {
	for _, sign := range []string{"func ", ":=", "package ", "import (", "%%go", "defer "} {
		if strings.Contains(text, sign) {
			return "go"
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "def ") || strings.Contains(line, " = ") {
			return "python"
		}
	}
	return "text"
}
