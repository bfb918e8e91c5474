package main

import (
	"bytes"
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
}

type outcome int

const (
	defined outcome = iota
	undefined
	failed    // an error while it was evaluated
	rejected  // an error while it was compiled
	contested // OPA's answers to one question differ, see views
	unusable  // OPA itself cannot say: out of time, crashed, or below
)

var outcomeNames = map[outcome]string{
	defined: "defined", undefined: "undefined", failed: "failed",
	rejected: "rejected", contested: "contested", unusable: "unusable",
}

const patience = 30 * time.Second

// What OPA refuses although its meaning is clear, and husk does not.
var lint = regexp.MustCompile(`declared var \S+ unused|var \S+ is undeclared`)

// compile returns the policy that the case's modules make. The type checker is
// left out: it refuses programs whose evaluation is well defined, and husk has
// none.
func compile(c *testCase, version ast.RegoVersion,
	without ...ast.StageID) (*ast.Compiler, error) {
	mods := map[string]*ast.Module{}
	for i, text := range c.Modules {
		name := fmt.Sprintf("module%d", i)
		m, err := ast.ParseModuleWithOpts(name, text,
			ast.ParserOptions{RegoVersion: version})
		if err != nil {
			return nil, err
		}
		mods[name] = m
	}
	compiler := ast.NewCompiler().WithDefaultRegoVersion(version).
		WithEnablePrintStatements(true).
		WithSkipStages(append(without, ast.StageCheckTypes)...)
	compiler.Compile(mods)
	if compiler.Failed() {
		return nil, compiler.Errors
	}
	return compiler, nil
}

// declareFunctions does what is left of the type checker's work: evaluation
// asks it which documents are functions, where `with` replaces one.
func declareFunctions(compiler *ast.Compiler) error {
	mods := map[string]*ast.Module{}
	for name, m := range compiler.Modules {
		text := m.Package.String() + "\n"
		for _, r := range m.Rules {
			if n := len(r.Head.Args); n > 0 {
				text += fmt.Sprintf("%s(%s) := null\n", r.Head.Ref(),
					strings.TrimSuffix(strings.Repeat("_, ", n), ", "))
			}
		}
		stub, err := ast.ParseModule(name, text)
		if err != nil {
			return err
		}
		mods[name] = stub
	}
	stubs := ast.NewCompiler()
	stubs.Compile(mods)
	if stubs.Failed() {
		return stubs.Errors
	}
	compiler.TypeEnv = stubs.TypeEnv
	return nil
}

func prepare(c *testCase, compiler *ast.Compiler, version ast.RegoVersion,
	optimised bool) (*topdown.Query, error) {
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
		WithIndexing(optimised).WithEarlyExit(optimised)
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

// answered is what OPA makes of a case once.
type answered struct {
	outcome outcome
	rows    []map[string]any
	err     error
}

func evaluate(c *testCase, compiler *ast.Compiler, version ast.RegoVersion,
	optimised bool) answered {
	q, err := prepare(c, compiler, version, optimised)
	if err != nil {
		return answered{rejected, nil, err}
	}
	stop := topdown.NewCancel()
	timer := time.AfterFunc(patience, stop.Cancel)
	defer timer.Stop()
	set, err := q.WithCancel(stop).Run(context.Background())
	if topdown.IsCancel(err) {
		return answered{unusable, nil, err}
	}
	if err != nil {
		return answered{failed, nil, err}
	}
	rows, err := results(set)
	switch {
	case err != nil:
		return answered{unusable, nil, err}
	case len(rows) == 0:
		return answered{undefined, rows, nil}
	}
	return answered{defined, rows, nil}
}

// same tells that two answers are one. Which of several errors of builtins
// comes first is not told.
func (a answered) same(b answered, strict bool) bool {
	if a.outcome != b.outcome {
		return false
	}
	if a.err != nil {
		return strict || errorCode(a.err) == errorCode(b.err)
	}
	x, err := json.Marshal(a.rows)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b.rows)
	return err == nil && bytes.Equal(x, y)
}

// views are OPA's answers to one question that must not differ: with its
// optimisations; without; and without, the sides of each equation swapped and
// the compiler's own variables named in the opposite order. Where they differ
// the answer is an accident of how OPA goes about it: early exit hides a
// conflict when the value comes from walk(); a scalar is not compared with a
// comprehension, whose errors then stay unseen, unless that stands on the left;
// the members of a set that holds variables are visited in the order of the
// variables' names.
func views(c *testCase, version ast.RegoVersion) ([]answered, error) {
	compiler, err := compile(c, version)
	if err == nil {
		err = declareFunctions(compiler)
	}
	if err != nil {
		return nil, err
	}
	out := []answered{evaluate(c, compiler, version, false),
		evaluate(c, compiler, version, true)}
	mirrored, err := compile(c, version, ast.StageBuildComprehensionIndices)
	if err != nil {
		return nil, err
	}
	mirrored.TypeEnv = compiler.TypeEnv
	if err := mirror(mirrored); err != nil {
		return nil, err
	}
	return append(out, evaluate(c, mirrored, version, false)), nil
}

// mirror swaps the sides of equations, and turns the order of the names that
// the compiler made around.
func mirror(compiler *ast.Compiler) error {
	for _, m := range compiler.Modules {
		vis := ast.NewVarVisitor()
		vis.Walk(m)
		renamed := map[ast.Var]ast.Var{}
		for i, v := range vis.Vars().Sorted() {
			if v.IsGenerated() {
				renamed[v] = ast.Var(fmt.Sprintf("__local%d__", 90000-i))
			}
		}
		for _, r := range m.Rules {
			ast.WalkExprs(r, func(e *ast.Expr) bool {
				if t, ok := e.Terms.([]*ast.Term); ok && e.IsEquality() {
					t[1], t[2] = t[2], t[1]
				}
				return false
			})
			_, err := ast.TransformVars(r, func(v ast.Var) (ast.Value, error) {
				if to, ok := renamed[v]; ok {
					return to, nil
				}
				return v, nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// OPA keeps compiled expressions by their text, those of templates too, whatever
// their delimiters: its answer depends on what this process asked before.
func keepsWrongly(c *testCase) bool {
	for _, text := range c.Modules {
		if strings.Contains(text, "regex.template_match") {
			return true
		}
	}
	return false
}

// ask fills in what OPA makes of c.
func ask(c *testCase, version ast.RegoVersion) (o outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			o, err = unusable, fmt.Errorf("crash: %v", p)
		}
	}()
	if keepsWrongly(c) {
		return unusable, errors.New("regex.template_match")
	}
	all, err := views(c, version)
	if err != nil && lint.MatchString(err.Error()) {
		return unusable, err
	}
	if err != nil {
		c.ErrorCode = errorCode(err)
		return rejected, err
	}
	a := all[0]
	for _, b := range all {
		if b.outcome == unusable {
			return unusable, b.err
		}
		if !a.same(b, c.Strict) {
			return contested, b.err
		}
	}
	switch {
	case a.err == nil:
		c.Result = &a.rows
	case a.outcome == failed && c.Strict:
		c.Error = a.err.Error()
	default:
		c.ErrorCode = errorCode(a.err)
	}
	return a.outcome, a.err
}

func marshal(cases any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"cases": cases})
	return []byte(b.String()), err
}
