package main

import "strings"

// effort is what a function of the standard library costs, in nanoseconds: at most fixed, and perByte for each byte of
// its arguments. Of n bytes it makes at most result*(n+64).
type effort struct{ fixed, perByte, result float64 }

// known are the functions that are sure to be over soon: they wait for nothing, call nothing of the cell's, and take no
// longer than their text and slices are long. So none is here that takes as long as a number says (strings.Repeat,
// math.Jn), or as long as one argument times another (strings.Join, Trim, Replace).
var known = efforts(map[effort]string{
	{50, 0, 0}: `
		math.Abs Acos Acosh Asin Asinh Atan Atan2 Atanh Cbrt Ceil Copysign Cos Cosh Dim Erf Erfc Erfcinv Erfinv Exp Exp2
			Expm1 FMA Float32bits Float32frombits Float64bits Float64frombits Floor Frexp Hypot Ilogb Inf IsInf IsNaN Ldexp
			Log Log10 Log1p Log2 Logb Max Min Modf NaN Nextafter Nextafter32 Round RoundToEven Signbit Sin Sincos Sinh Sqrt
			Tan Tanh Trunc
		math/bits.Add Add32 Add64 Div Div32 Div64 LeadingZeros LeadingZeros16 LeadingZeros32 LeadingZeros64 LeadingZeros8
			Len Len16 Len32 Len64 Len8 Mul Mul32 Mul64 OnesCount OnesCount16 OnesCount32 OnesCount64 OnesCount8 Rem Rem32
			Rem64 Reverse Reverse16 Reverse32 Reverse64 Reverse8 ReverseBytes ReverseBytes16 ReverseBytes32 ReverseBytes64
			RotateLeft RotateLeft16 RotateLeft32 RotateLeft64 RotateLeft8 Sub Sub32 Sub64 TrailingZeros TrailingZeros16
			TrailingZeros32 TrailingZeros64 TrailingZeros8
		unicode.IsControl IsDigit IsGraphic IsLetter IsLower IsMark IsNumber IsPrint IsPunct IsSpace IsSymbol IsTitle
			IsUpper SimpleFold ToLower ToTitle ToUpper
		unicode/utf8.DecodeLastRuneInString DecodeRune DecodeRuneInString FullRune FullRuneInString RuneLen RuneStart
			ValidRune
		unicode/utf16.DecodeRune EncodeRune IsSurrogate RuneLen
		strconv.FormatBool`,
	{300, 0, 0}: `
		math.Gamma J0 J1 Lgamma Pow Pow10 Y0 Y1
		math/cmplx.Abs Acos Acosh Asin Asinh Atan Atanh Conj Cos Cosh Cot Exp Inf IsInf IsNaN Log Log10 NaN Phase Polar
			Pow Rect Sin Sinh Sqrt Tan Tanh
		errors.New`,
	{25e3, 0, 0}: `
		math.Mod Remainder`,
	{300, 0, 2}: `
		strconv.FormatInt FormatUint Itoa QuoteRune QuoteRuneToASCII QuoteRuneToGraphic`,
	{50, 1, 0}: `
		bytes.Compare Contains Count Equal HasPrefix HasSuffix Index IndexByte LastIndexByte
		strings.Compare Contains Count HasPrefix HasSuffix Index IndexByte LastIndex LastIndexByte
		unicode/utf8.RuneCount RuneCountInString Valid ValidString`,
	{100, 10, 0}: `
		bytes.EqualFold IndexRune ContainsRune
		strings.EqualFold IndexRune ContainsRune
		strconv.Atoi ParseBool ParseInt ParseUint`,
	{60e3, 10, 0}: `
		strconv.ParseFloat`,
	{100, 10, 3}: `
		bytes.Clone Title ToLower ToTitle ToUpper TrimPrefix TrimSpace TrimSuffix
		strings.Clone Title ToLower ToTitle ToUpper TrimPrefix TrimSpace TrimSuffix
		unicode/utf16.Decode Encode`,
	{100, 20, 25}: `
		bytes.Fields Split SplitAfter
		strings.Fields Split SplitAfter`,
	{200, 30, 10}: `
		strconv.Quote QuoteToASCII QuoteToGraphic Unquote`,
})

// efforts makes one table of lists, in which a name with a dot says the package of those after it, too.
func efforts(lists map[effort]string) map[string]effort {
	all := map[string]effort{}
	for effort, list := range lists {
		path := ""
		for _, name := range strings.Fields(list) {
			if dot := strings.LastIndex(name, "."); dot >= 0 {
				path, name = name[:dot], name[dot+1:]
			}
			all[path+"."+name] = effort
		}
	}
	return all
}
