// Writes agent/policy/unicode_NAME.c to standard output from the tables of Go's
// unicode package, for NAME categories, scripts or cases:
//
//	go run ./scripts/unicode NAME > agent/policy/unicode_NAME.c
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode"
)

var categories = []string{"Cn", "Cc", "Cf", "Co", "Cs", "Ll", "Lm", "Lo", "Lt",
	"Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No", "Pc", "Pd", "Pe", "Pf", "Pi",
	"Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"}

func scripts() []string {
	var names []string
	for name := range unicode.Scripts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// One byte string of runs: a length and a number below 1 << bits, as
// little-endian groups of 7 bits.
func runs(name string, bits uint, of func(r rune) int) {
	var out []byte
	var marks []string
	start, last, n := rune(0), of(0), 0
	flush := func(end rune) {
		if n%32 == 0 {
			marks = append(marks, fmt.Sprintf("{ 0x%x, %d }", start, len(out)))
		}
		n++
		v := uint64(end-start)<<bits | uint64(last)
		for ; v >= 0x80; v >>= 7 {
			out = append(out, byte(v)|0x80)
		}
		out = append(out, byte(v))
	}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if now := of(r); now != last {
			flush(r)
			start, last = r, now
		}
	}
	flush(unicode.MaxRune + 1)
	fmt.Printf("\nconst uint8_t %s[] = {", name)
	line := ""
	for _, b := range out {
		if len(line) > 66 {
			fmt.Print("\n\t" + line)
			line = ""
		}
		line += fmt.Sprintf("%d,", b)
	}
	fmt.Printf("\n\t%s\n};\n\nconst size_t %s_len = sizeof(%s);\n", line, name, name)
	if bits == 5 {
		fmt.Printf("\nconst struct unicode_mark unicode_marks[] = {\n\t%s\n};\n",
			strings.Join(marks, ",\n\t"))
		fmt.Printf("\nconst size_t unicode_marks_n = %d;\n", len(marks))
	}
}

func category(r rune) int {
	for i, name := range categories[1:] {
		if unicode.Is(unicode.Categories[name], r) {
			return i + 1
		}
	}
	return 0
}

func cases() {
	fmt.Print("\nconst struct unicode_case unicode_cases[] = {\n")
	n := 0
	for _, c := range unicode.CaseRanges {
		if c.Delta[0] == 0 && c.Delta[1] == 0 {
			continue
		}
		n++
		fmt.Printf("\t{ 0x%x, 0x%x, %d, %d },\n", c.Lo, c.Hi,
			c.Delta[unicode.UpperCase], c.Delta[unicode.LowerCase])
	}
	fmt.Printf("};\n\nconst size_t unicode_cases_n = %d;\n", n)
}

// Characters whose next one in case folding is neither their lower nor their
// upper case.
func orbits() {
	n := 0
	fmt.Print("\nconst struct unicode_orbit unicode_orbits[] = {\n")
	for r := rune(0); r <= unicode.MaxRune; r++ {
		next := unicode.SimpleFold(r)
		plain := unicode.ToLower(r)
		if plain == r {
			plain = unicode.ToUpper(r)
		}
		if next != plain {
			n++
			fmt.Printf("\t{ 0x%x, 0x%x },\n", r, next)
		}
	}
	fmt.Printf("};\n\nconst size_t unicode_orbits_n = %d;\n", n)
}

func scriptTables() {
	names := scripts()
	index := map[rune]int{}
	for i, name := range names {
		for _, t := range unicode.Scripts[name].R16 {
			for r := rune(t.Lo); r <= rune(t.Hi); r += rune(t.Stride) {
				index[r] = i + 1
			}
		}
		for _, t := range unicode.Scripts[name].R32 {
			for r := rune(t.Lo); r <= rune(t.Hi); r += rune(t.Stride) {
				index[r] = i + 1
			}
		}
	}
	runs("unicode_script_runs", 8, func(r rune) int { return index[r] })
	fmt.Print("\n/* One after the other, in the order of their numbers from 1. */\n" +
		"const char unicode_script_names[] =")
	for _, name := range names {
		fmt.Printf("\n\t\"%s\\0\"", name)
	}
	fmt.Println(";")
}

func main() {
	fmt.Println("/* Unicode " + unicode.Version +
		"; made by scripts/unicode, not by hand. */\n" +
		"/* clang-format off */\n#include \"policy/unicode_tables.h\"")
	switch os.Args[1] {
	case "categories":
		runs("unicode_category_runs", 5, category)
	case "scripts":
		scriptTables()
	case "cases":
		cases()
		orbits()
	}
}
