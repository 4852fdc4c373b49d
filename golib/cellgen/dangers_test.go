package main

import (
	"fmt"
	"strings"
	"testing"
)

// toldOf is what a cell is warned of: `column name cure`, shortened, of each danger.
func toldOf(t *testing.T, text string) string {
	t.Helper()
	var all []string
	for _, danger := range parsed(t, text).Dangers {
		name, rest, _ := strings.Cut(strings.TrimPrefix(danger.Text, "`"), "` ")
		all = append(all, fmt.Sprintf("%d %s: %s", danger.Column, name, strings.Join(strings.Fields(rest)[:2], " ")))
	}
	return strings.Join(all, ", ")
}

func TestWhatEndsOrStopsTheKernelIsTold(t *testing.T) {
	tests := map[string]string{
		"func F() { os.Exit(3) }":                                      "12 os.Exit: ends the",
		"func F() { syscall.Exit(3) }":                                 "12 syscall.Exit: ends the",
		"func F() { log.Fatalf(\"no\") }":                              "12 log.Fatalf: ends the",
		"import l \"log\"\nfunc F() { l.Fatal(1) }":                    "12 l.Fatal: ends the",
		"import . \"os\"\nfunc F() { Exit(1) }":                        "12 Exit: ends the",
		"func F() { l := log.New(os.Stderr, \"\", 0); l.Fatalln(1) }":  "44 l.Fatalln: ends the",
		"func F() { log.Default().Fatal() }":                           "12 log.Default().Fatal: ends the",
		"type S struct { *log.Logger }\nfunc F(s S) { s.Fatal() }":     "15 s.Fatal: ends the",
		"func F() { quit := os.Exit; quit(1) }":                        "20 os.Exit: ends the",
		"var quit = os.Exit\nfunc F() { quit(1) }":                     "12 os.Exit: ends the",
		"func F() { defer log.New(os.Stderr, \"\", 0).Fatal() }":       "18 log.New(os.Stderr, \"\", 0).Fatal: ends the",
		"func F() func(...any) { return log.Default().Fatal }":         "32 log.Default().Fatal: ends the",
		"func F() { os.Exit(1); os.Exit(2) }\nfunc G() { os.Exit(3) }": "12 os.Exit: ends the, 12 os.Exit: ends the",
		"func F() { runtime.Goexit() }":                                "12 runtime.Goexit: ends the",
		"func F() error { return syscall.Exec(\"\", nil, nil) }":       "25 syscall.Exec: puts another",
		"func F() { flag.Parse() }":                                    "12 flag.Parse: reads the",
		"func F() { flag.CommandLine.Parse(nil) }":                     "12 flag.CommandLine: reads the",
		"func F() { flag.NewFlagSet(\"f\", flag.ExitOnError) }":        "33 flag.ExitOnError: ends the",
		"func F(c chan os.Signal) { signal.Notify(c) }":                "28 signal.Notify: takes Ctrl-C",
		"func F() { signal.Ignore(os.Interrupt) }":                     "12 signal.Ignore: takes Ctrl-C",
		"func F() { in := os.Stdin; in.Name() }":                       "18 os.Stdin: is a",
		"func F(p []byte) { syscall.Read(syscall.Stdin, p) }":          "33 syscall.Stdin: is a",
		"func F(n int) { print(n) }":                                   "17 print: prints neither",
		"func F() { select {} }":                                       "12 select {}: waits for",
		"func F(n int) int { return F(n + 1) }":                        "28 F: calls itself",
		// what only looks like it
		"func print(n int) {}\nfunc F() { print(3); println(4) }":              "",
		"func Exit(n int) {}\nfunc F() { Exit(3) }":                            "",
		"func F(os struct{ Exit func(int) }) { os.Exit(3) }":                   "",
		"type log struct{}\nfunc (log) Fatal() {}\nfunc F() { log{}.Fatal() }": "",
		"import os \"strings\"\nfunc F() { os.ToUpper(\"\") }":                 "",
		"func F() { l := log.New(os.Stderr, \"\", 0); l.Println(1) }":          "",
		"func F() { G := func() {}; G() }\nfunc G() { F := func() {}; F() }":   "",
		"func F(n int) int { if n == 0 { return 0 }; return F(n - 1) }":        "",
		"func main() { os.Exit(3) }\nfunc F() {}":                              "",
		// what the cures say
		"func F(n int) { fmt.Println(n) }":                                                               "",
		"func F(f *os.File) { os.Stdin = f; in := os.Stdin; in.Name() }":                                 "",
		"func F() *bufio.Reader { return bufio.NewReader(os.Stdin) }":                                    "",
		"func F(xs ...string) error { return flag.NewFlagSet(\"f\", flag.ContinueOnError).Parse(xs) }":   "",
		"func F() { flag.CommandLine.Init(\"f\", flag.ContinueOnError); flag.Parse() }":                  "",
		"func F() { c := make(chan os.Signal, 1); signal.Notify(c); defer signal.Stop(c) }":              "",
		"func F(c chan os.Signal) { signal.Notify(c) }\nfunc G() { signal.Reset() }":                     "",
		"func F() { _, stop := signal.NotifyContext(context.Background(), os.Interrupt); defer stop() }": "",
	}
	for text, want := range tests {
		if got := toldOf(t, text); got != want {
			t.Errorf("%s\nis told %q, not %q", text, got, want)
		}
	}
}

func TestMapsThatGoroutinesWriteToAtOnceAreTold(t *testing.T) {
	const declared = "type Counts map[string]int\nvar all = Counts{}\nvar mu sync.Mutex\nvar list []int\nfunc make_() Counts { return nil }\n"
	tests := map[string]string{
		"func F() { go func() { all[\"a\"] = 1 }() }":                                 "all",
		"func F() { m := make_(); go func() { m[\"a\"]++ }() }":                       "m",
		"func F(m Counts) { go func() { m[\"a\"] += 2 }() }":                          "m",
		"func F(m map[int]int) { go func() { delete(m, 1) }() }":                      "m",
		"func F(m map[int]int, w sync.WaitGroup) { w.Go(func() { m[1] = 2 }) }":       "m",
		"func F() { s := struct{ m Counts }{}; go func() { s.m[\"a\"] = 1 }() }":      "s.m",
		"func F() { go func() { mu.Lock(); all[\"a\"] = 1; mu.Unlock() }() }":         "",
		"func F() { go func() { m := Counts{}; m[\"a\"] = 1 }() }":                    "",
		"func F() { go func() { list[0] = 1 }() }":                                    "",
		"func F() { go func() { _ = all[\"a\"] }() }":                                 "",
		"func F() { go func() { x := struct{ Lock int }{}; all[\"a\"] = x.Lock }() }": "all",
		"func F() { func() { all[\"a\"] = 1 }() }":                                    "",
	}
	for text, want := range tests {
		got := ""
		for _, danger := range parsed(t, declared+text).Dangers {
			_, rest, _ := strings.Cut(danger.Text, "`")
			got, _, _ = strings.Cut(rest, "`")
		}
		if got != want {
			t.Errorf("%s\nis told of %q, not %q", text, got, want)
		}
	}
}
