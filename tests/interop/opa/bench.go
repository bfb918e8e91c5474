package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
)

const loads = 21

var recorded = regexp.MustCompile(`(?s)^\["ep":"(\w+)",(.*)\],?$`)

type request struct {
	name string
	json []byte
}

func readRequests(file string) ([]request, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out []request
	for _, line := range bytes.Split(text, []byte("\n")) {
		if m := recorded.FindSubmatch(bytes.TrimSpace(line)); m != nil {
			out = append(out, request{string(m[1]), m[2]})
		}
	}
	return out, nil
}

func median(t []time.Duration) float64 {
	if len(t) == 0 {
		return 0
	}
	slices.Sort(t)
	return float64(t[(len(t)-1)/2].Nanoseconds()) / 1000
}

func load(text string) (*ast.Compiler, error) {
	c := &testCase{Modules: []string{text}}
	compiler, err := compile(c, ast.RegoV1)
	if err != nil {
		compiler, err = compile(c, ast.RegoV0)
	}
	return compiler, err
}

// timed does what a server does for a request: its JSON is read, the query,
// compiled before, is evaluated.
func timed(compiler *ast.Compiler, query ast.Body, store storage.Store,
	r request) (time.Duration, error) {
	start := time.Now()
	var input any
	d := json.NewDecoder(bytes.NewReader(r.json))
	d.UseNumber()
	if err := d.Decode(&input); err != nil {
		return 0, err
	}
	v, err := ast.InterfaceToValue(input)
	if err != nil {
		return 0, err
	}
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return 0, err
	}
	_, err = topdown.NewQuery(query).WithCompiler(compiler).WithStore(store).
		WithTransaction(txn).WithInput(ast.NewTerm(v)).Run(ctx)
	store.Abort(ctx, txn)
	return time.Since(start), err
}

type kindTimes struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_us"`
}

type times struct {
	Load     kindTimes            `json:"load"`
	Requests map[string]kindTimes `json:"requests"`
}

// measure is what `husk policy bench` measures of the same files, as far as
// OPA has it. Times are wall-clock times.
func measure(rounds int, files []string) (*times, error) {
	out := &times{Requests: map[string]kindTimes{}}
	all := map[string][]time.Duration{}
	for ; len(files) >= 2; files = files[2:] {
		text, err := os.ReadFile(files[0])
		if err != nil {
			return nil, err
		}
		var took []time.Duration
		var compiler *ast.Compiler
		for range loads {
			start := time.Now()
			if compiler, err = load(string(text)); err != nil {
				return nil, err
			}
			took = append(took, time.Since(start))
		}
		out.Load.P50 = max(out.Load.P50, median(took))
		out.Load.N += loads
		requests, err := readRequests(files[1])
		if err != nil {
			return nil, err
		}
		if err := benchRequests(compiler, requests, rounds, all); err != nil {
			return nil, err
		}
	}
	for name, t := range all {
		out.Requests[name] = kindTimes{len(t), median(t)}
	}
	return out, nil
}

func ratio(opa, husk kindTimes) float64 {
	return math.Round(opa.P50/husk.P50*10) / 10
}

// bench prints OPA's times, husk's and how many times longer OPA takes.
func bench(args []string) error {
	var husk times
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &husk); err != nil {
		return err
	}
	rounds, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	opa, err := measure(rounds, args[2:])
	if err != nil {
		return err
	}
	ratios := map[string]float64{}
	for name, t := range husk.Requests {
		ratios[name] = ratio(opa.Requests[name], t)
	}
	out, err := json.Marshal(map[string]any{"husk": husk, "opa": opa,
		"ratio": map[string]any{"load": ratio(opa.Load, husk.Load),
			"requests": ratios}})
	fmt.Println(string(out))
	return err
}

func benchRequests(compiler *ast.Compiler, requests []request, rounds int,
	all map[string][]time.Duration) error {
	store := inmem.NewFromObject(map[string]any{"pstate": map[string]any{}})
	queries := map[string]ast.Body{}
	for range rounds {
		for _, r := range requests {
			q, ok := queries[r.name]
			if !ok {
				body, err := ast.ParseBody("x = data.agent_policy." + r.name)
				if err != nil {
					return err
				}
				q, err = compiler.QueryCompiler().Compile(body)
				if err != nil {
					return err
				}
				queries[r.name] = q
			}
			t, err := timed(compiler, q, store, r)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			all[r.name] = append(all[r.name], t)
		}
	}
	return nil
}
