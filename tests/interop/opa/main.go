// opa asks Open Policy Agent, as a library, what husk must answer too.
//
//	opa generate SEED N V0|V1 CASES.json   programs of a grammar, answered
//	opa convert FOLDER CASES.json          OPA's own YAML cases
//	opa answer V0|V1 CASES.json CASES.json what OPA makes of cases
//	opa bench HUSK.json ROUNDS (POLICY INPUTS)...
//	                                       times as JSON, husk's beside them
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

func version(name string) ast.RegoVersion {
	if name == "V0" {
		return ast.RegoV0
	}
	return ast.RegoV1
}

func generateCases(args []string) error {
	seed, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	count := map[outcome]int{}
	codes := map[string]int{}
	cases := []*testCase{}
	for i := uint64(0); len(cases) < n; i++ {
		c := generate(seed, i, version(args[2]) == ast.RegoV0)
		o, _ := ask(c, version(args[2]))
		count[o]++
		if o == contested || o == unusable {
			continue
		}
		if c.ErrorCode != "" {
			codes[c.ErrorCode]++
		}
		cases = append(cases, c)
	}
	for o := defined; o <= unusable; o++ {
		fmt.Printf("%d %s, ", count[o], outcomeNames[o])
	}
	fmt.Println(codes)
	out, err := marshal(cases)
	if err != nil {
		return err
	}
	return os.WriteFile(args[3], out, 0o666)
}

// answer fills in what OPA makes of cases, and says why.
func answer(args []string) error {
	text, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	var all struct {
		Cases []*testCase `json:"cases"`
	}
	if err := util.Unmarshal(text, &all); err != nil {
		return err
	}
	for _, c := range all.Cases {
		c.Result, c.ErrorCode, c.Error = nil, "", ""
		o, askErr := ask(c, version(args[0]))
		fmt.Println(c.Note, outcomeNames[o], askErr)
	}
	out, err := marshal(all.Cases)
	if err != nil {
		return err
	}
	return os.WriteFile(args[2], out, 0o666)
}

func main() {
	verbs := map[string]struct {
		args int
		run  func([]string) error
	}{
		"generate": {4, generateCases},
		"convert":  {2, convert},
		"answer":   {3, answer},
		"bench":    {4, bench},
	}
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: opa generate|convert|answer|bench ...")
		os.Exit(2)
	}
	v, ok := verbs[os.Args[1]]
	if !ok || len(os.Args) < 2+v.args {
		fmt.Fprintln(os.Stderr, "opa: wrong arguments")
		os.Exit(2)
	}
	if err := v.run(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "opa:", err)
		os.Exit(1)
	}
}
