// Added to cmd/link/internal/loader by gomagic/build/golink.py: the symbols that packages define can be found out for
// some of them before the others are read.

package loader

import "cmd/internal/goobj"

var (
	defined     *loadState
	definedUpTo = goObjStart // the number of the first object whose symbols are not known yet
)

// DefineAhead finds out what the objects define that have been read; LoadSyms goes on with the rest.
func (l *Loader) DefineAhead() { l.define() }

// define is the first half of LoadSyms: symbols of packages, those known by their content, and those of no package.
func (l *Loader) define() *loadState {
	if defined == nil {
		defined = l.newState()
	}
	ahead := uint32(definedUpTo) // the first that was not read ahead
	objects := l.objs[ahead:]
	definedUpTo = len(l.objs)
	for _, object := range objects {
		defined.preloadSyms(object, pkgDef)
	}
	l.npkgsyms = l.NSym()
	for _, object := range objects {
		defined.preloadSyms(object, hashed64Def)
		defined.preloadSyms(object, hashedDef)
		defined.preloadSyms(object, nonPkgDef)
		l.prefer(object, ahead)
	}
	return defined
}

// newState makes room for the symbols; the program itself, which comes last, adds a few to them.
func (l *Loader) newState() *loadState {
	symbols, short, long := 1<<12, 1<<8, 1<<10
	for _, object := range l.objs[goObjStart:] {
		symbols += object.ndef + object.nhashed64def/2 + object.nhasheddef/2 + object.NNonpkgdef()
		short += object.nhashed64def / 2
		long += object.nhasheddef / 2
	}
	l.objSyms = make([]objSym, 1, symbols) // there is no symbol 0
	return &loadState{
		l:            l,
		hashed64Syms: make(map[uint64]symAndSize, short),
		hashedSyms:   make(map[goobj.HashType]symAndSize, long),
	}
}

// prefer takes an object's own symbols where one that was read ahead has the same: it was to be read before that, and of
// equal ones, such as a generic function for the same types, the linker takes the first.
func (l *Loader) prefer(object *oReader, ahead uint32) {
	first := uint32(object.ndef + object.nhashed64def + object.nhasheddef)
	for i := first; i < first+uint32(object.NNonpkgdef()); i++ {
		known := object.syms[i]
		if other, number := l.toLocal(known); goObjStart <= other.objidx && other.objidx < ahead {
			if theirs := other.Sym(number); theirs.Dupok() && object.Sym(i).Siz() >= theirs.Siz() {
				l.objSyms[known] = objSym{object.objidx, i}
			}
		}
	}
}
