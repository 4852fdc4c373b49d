// Added to cmd/link/internal/ld by gomagic/build/golink.py: the C linker reads from the file, one after the other, the
// local symbols to which relocations refer, and keeps 32 of them: with one a section that is a tenth less work for it.

package ld

import (
	"cmd/internal/objabi"
	"cmd/internal/sys"
	"cmd/link/internal/loader"
	"sync"
)

// The first local symbol of each section, by the section's index.
var (
	anchors     []loader.Sym
	findAnchors sync.Once
)

// anchored gives a relocation to a local symbol as one to the first in its section, from which it is just as far.
func (ctxt *Link) anchored(r loader.ExtReloc) loader.ExtReloc {
	isPlain := r.Type == objabi.R_ADDR || r.Type == objabi.R_CALL || r.Type == objabi.R_PCREL
	if !isAhead || !isPlain || ctxt.Arch.Family != sys.AMD64 || ctxt.DynlinkingGo() {
		return r
	}
	findAnchors.Do(ctxt.findAnchors)
	ldr := ctxt.loader
	section := ldr.SymSect(r.Xsym)
	if section == nil || int(section.Index) >= len(anchors) || ldr.AttrCgoExportStatic(r.Xsym) {
		return r
	}
	if anchor := anchors[section.Index]; anchor != 0 {
		r.Xadd += ldr.SymValue(r.Xsym) - ldr.SymValue(anchor)
		r.Xsym = anchor
	}
	return r
}

func (ctxt *Link) findAnchors() {
	ldr := ctxt.loader
	for _, symbols := range [][]loader.Sym{ctxt.Textp, ctxt.datap} {
		for _, s := range symbols {
			section := ldr.SymSect(s)
			if section == nil {
				continue
			}
			if missing := int(section.Index) + 1 - len(anchors); missing > 0 {
				anchors = append(anchors, make([]loader.Sym, missing)...)
			}
			if anchors[section.Index] == 0 && ldr.SymElfSym(s) != 0 && !ldr.AttrCgoExportStatic(s) {
				anchors[section.Index] = s
			}
		}
	}
}
