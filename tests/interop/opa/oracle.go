package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A testCase has the fields of OPA's own suite.
type testCase struct {
	Note      string            `json:"note"`
	Query     string            `json:"query"`
	Modules   []string          `json:"modules"`
	Data      map[string]any    `json:"data,omitempty"`
	Input     any               `json:"input,omitempty"`
	Strict    bool              `json:"strict_error,omitempty"`
	Result    *[]map[string]any `json:"want_result,omitempty"`
	ErrorCode string            `json:"want_error_code,omitempty"`
	Error     string            `json:"want_error,omitempty"`
	shuffled  bool
}

type outcome int

const (
	defined outcome = iota
	undefined
	failed   // an error while it was evaluated
	rejected // an error while it was compiled
	unusable // OPA itself cannot say: out of time, crashed, or below
)

var outcomeNames = map[outcome]string{
	defined: "defined", undefined: "undefined", failed: "failed",
	rejected: "rejected", unusable: "unusable",
}

const patience = 30 * time.Second

// What OPA refuses although its meaning is clear, and husk does not.
var lint = regexp.MustCompile(`declared var \S+ unused|var \S+ is undeclared`)

// compile returns the policy that the case's modules make. The type checker is
// left out: it refuses programs whose evaluation is well defined, and husk has
// none.
func compile(c *testCase, version ast.RegoVersion) (*ast.Compiler, error) {
	mods := map[string]*ast.Module{}
	for _, text := range c.Modules {
		m, err := ast.ParseModuleWithOpts("module", text,
			ast.ParserOptions{RegoVersion: version})
		if err != nil {
			return nil, err
		}
		mods["module"] = m
	}
	compiler := ast.NewCompiler().WithDefaultRegoVersion(version).
		WithEnablePrintStatements(true).
		WithSkipStages(ast.StageCheckTypes)
	compiler.Compile(mods)
	if compiler.Failed() {
		return nil, compiler.Errors
	}
	return compiler, nil
}

func prepare(c *testCase, compiler *ast.Compiler,
	version ast.RegoVersion) (*topdown.Query, error) {
	body, err := ast.ParseBodyWithOpts(c.Query,
		ast.ParserOptions{RegoVersion: version})
	if err != nil {
		return nil, err
	}
	compiled, err := compiler.QueryCompiler().Compile(body)
	if err != nil {
		return nil, err
	}
	store := inmem.NewFromObject(c.Data)
	txn, err := store.NewTransaction(context.Background(),
		storage.TransactionParams{})
	if err != nil {
		return nil, err
	}
	q := topdown.NewQuery(compiled).WithCompiler(compiler).WithStore(store).
		WithTransaction(txn).WithStrictBuiltinErrors(c.Strict).
		WithIndexing(false)
	if c.Input != nil {
		v, err := ast.InterfaceToValue(c.Input)
		if err != nil {
			return nil, err
		}
		q = q.WithInput(ast.NewTerm(v))
	}
	return q, nil
}

func errorCode(err error) string {
	var list ast.Errors
	var compileErr *ast.Error
	var evalErr *topdown.Error

	switch {
	case errors.As(err, &evalErr):
		return evalErr.Code
	case errors.As(err, &list):
		return list[0].Code
	case errors.As(err, &compileErr):
		return compileErr.Code
	}
	return err.Error()
}

func results(set topdown.QueryResultSet) ([]map[string]any, error) {
	out := []map[string]any{}
	for _, r := range set {
		row := map[string]any{}
		for name, term := range r {
			if strings.HasPrefix(string(name), "$") {
				continue
			}
			v, err := ast.JSON(term.Value)
			if err != nil {
				return nil, err
			}
			row[string(name)] = v
		}
		out = append(out, row)
	}
	return out, nil
}

// ask fills in what OPA makes of c.
func ask(c *testCase, version ast.RegoVersion) (o outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			o, err = unusable, fmt.Errorf("crash: %v", p)
		}
	}()
	fail := func(o outcome, err error) (outcome, error) {
		if lint.MatchString(err.Error()) {
			return unusable, err
		}
		c.ErrorCode = errorCode(err)
		return o, err
	}
	compiler, err := compile(c, version)
	if err != nil {
		return fail(rejected, err)
	}
	q, err := prepare(c, compiler, version)
	if err != nil {
		return fail(rejected, err)
	}
	stop := topdown.NewCancel()
	timer := time.AfterFunc(patience, stop.Cancel)
	defer timer.Stop()
	set, err := q.WithCancel(stop).Run(context.Background())
	if topdown.IsCancel(err) {
		return unusable, err
	}
	// What comes first, an error or another error or a literal that does
	// not hold, is not defined.
	if err != nil && c.Strict {
		c.Error = err.Error()
		return failed, err
	}
	if err != nil && c.shuffled {
		return unusable, err
	}
	if err != nil {
		return fail(failed, err)
	}
	rows, err := results(set)
	if err != nil {
		return unusable, err
	}
	c.Result = &rows
	if len(rows) == 0 {
		return undefined, nil
	}
	return defined, nil
}

func marshal(cases any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"cases": cases})
	return []byte(b.String()), err
}
