package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// A kind is what an expression is meant to be; now and then it is not.
type kind int

const (
	aNumber kind = iota
	aString
	aBoolean
	anArray
	anObject
	aSet
	anything
	kinds
)

type local struct {
	name string
	kind kind
}

// Fields of the document in randomDocument, by kind.
var fields = map[kind][]string{
	aNumber:  {"n", "f", "m.k1", "a[0]", "a[1]", "items[0].id", `m["k2"]`},
	aString:  {"s", "o.s", "as[0]", "items[0].name", "items[1].name"},
	aBoolean: {"b", "items[0].on"},
	anArray:  {"a", "as", "items", "mixed", "o.x.y", "items[0].tags"},
	anObject: {"m", "o", "items[0]", "o.x"},
}

func (g *gen) literal(k kind) string {
	switch k {
	case aNumber:
		if g.chance(70) {
			return strconv.Itoa(g.r.IntN(10))
		}
		return pick(g.r, numbers)
	case aString:
		return g.quote(pick(g.r, strings_))
	case aBoolean:
		return pick(g.r, []string{"true", "false"})
	case anArray:
		return pick(g.r, []string{"[]", "[1, 2, 3]", `["a", "b"]`, "[[1, 2], [3]]",
			`[3, "a", null, true]`, `[{"id": 1, "k1": "v"}]`})
	case anObject:
		return pick(g.r, []string{"{}", `{"k1": 1, "k2": 2}`, `{"x": {"y": [1]}}`,
			`{"a": "b", "n": null}`, `{1: "one", [2]: true}`,
			`{"a": ["b", "c"], "b": ["c"], "c": []}`})
	case aSet:
		return pick(g.r, []string{"set()", "{1, 2}", `{"a", "b", "c"}`,
			"{1, 2, 3}", `{[1], {2}, "a"}`})
	}
	return pick(g.r, []string{"null", "1", `"a"`, "[1]", `{"k1": 1}`, "{1}"})
}

func (g *gen) quote(s string) string {
	if g.chance(10) && !g.inTemplate && !strings.ContainsAny(s, "`\r") {
		return "`" + s + "`"
	}
	if g.chance(10) {
		return strconv.QuoteToASCII(s)
	}
	return strconv.QuoteToGraphic(s)
}

func (g *gen) variable(k kind) (string, bool) {
	var found []string
	for _, v := range g.vars {
		if v.kind == k || v.kind == anything || k == anything {
			found = append(found, v.name)
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return pick(g.r, found), true
}

func (g *gen) field(k kind) string {
	if len(g.imported) > 0 && g.chance(15) {
		return pick(g.r, g.imported)
	}
	if k == anything || k == aSet {
		k = pick(g.r, []kind{aNumber, aString, aBoolean, anArray, anObject})
	}
	doc := "input"
	if g.chance(30) {
		doc = "data.d"
	}
	return doc + "." + pick(g.r, fields[k])
}

// plain is a variable, a part of a document, or a literal.
func (g *gen) plain() string {
	if name, ok := g.variable(anything); ok && g.chance(50) {
		return name
	}
	if g.chance(50) {
		return g.field(anything)
	}
	return g.literal(anything)
}

// expr is an expression of kind k, or, rarely, of another.
func (g *gen) expr(k kind) string {
	if g.chance(3) {
		k = kind(g.r.IntN(int(kinds)))
	}
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 || g.chance(20) {
		if name, ok := g.variable(k); ok && g.chance(60) {
			return name
		}
		if k != aSet && g.chance(40) {
			return g.field(k)
		}
		return g.literal(k)
	}
	if name, ok := g.variable(k); ok && g.chance(30) {
		return name
	}
	if g.chance(15) {
		if s, ok := g.useRule(k); ok {
			return s
		}
	}
	if g.chance(25) {
		if s, ok := g.builtin(k); ok {
			return s
		}
	}
	switch k {
	case aNumber:
		return g.numberExpr()
	case aString:
		return g.stringExpr()
	case aBoolean:
		return g.booleanExpr()
	case anArray:
		return g.arrayExpr()
	case anObject:
		return g.objectExpr()
	case aSet:
		return g.setExpr()
	}
	return g.expr(kind(g.r.IntN(int(anything))))
}

func (g *gen) numberExpr() string {
	switch g.r.IntN(6) {
	case 0:
		return fmt.Sprintf("count(%s)", g.expr(pick(g.r,
			[]kind{aString, anArray, anObject, aSet})))
	case 1:
		return fmt.Sprintf("%s(%s)", pick(g.r, []string{"sum", "max", "min",
			"product"}), g.expr(pick(g.r, []kind{anArray, aSet})))
	case 2:
		return g.field(aNumber)
	}
	return fmt.Sprintf("(%s %s %s)", g.expr(aNumber),
		pick(g.r, []string{"+", "-", "*", "/", "%"}), g.expr(aNumber))
}

func (g *gen) stringExpr() string {
	switch g.r.IntN(6) {
	case 0:
		return fmt.Sprintf("concat(%s, [%s, %s])", g.literal(aString),
			g.expr(aString), g.expr(aString))
	case 1:
		return fmt.Sprintf("sprintf(%q, [%s, %s])",
			pick(g.r, texts["format"]), g.expr(anything), g.expr(anything))
	case 2:
		return g.field(aString)
	case 3:
		if !g.v0 && !g.inTemplate {
			g.inTemplate = true
			defer func() { g.inTemplate = false }()
			form := pick(g.r, []string{`$"t {%s} {%s}"`, "$`t {%s}\\{%s}`",
				`$"\{x} {%s}é{%s}"`})
			return fmt.Sprintf(form, g.expr(anything), g.expr(anything))
		}
	case 4:
		return fmt.Sprintf("json.marshal(%s)", g.expr(anything))
	}
	return fmt.Sprintf("%s(%s)", pick(g.r, []string{"lower", "upper",
		"strings.reverse", "trim_space", "type_name"}), g.expr(aString))
}

func (g *gen) booleanExpr() string {
	switch g.r.IntN(6) {
	case 0:
		if g.keywords {
			if g.chance(20) {
				return fmt.Sprintf("(%s in {%s, %s})", g.expr(anything),
					g.plain(), g.expr(anything))
			}
			return fmt.Sprintf("(%s in %s)", g.expr(anything),
				g.expr(pick(g.r, []kind{anArray, anObject, aSet})))
		}
	case 1:
		return fmt.Sprintf("%s(%s, %s)", pick(g.r, []string{"startswith",
			"endswith", "contains"}), g.expr(aString), g.expr(aString))
	case 2:
		return fmt.Sprintf("is_%s(%s)", pick(g.r, []string{"number", "string",
			"array", "object", "set", "null", "boolean"}), g.expr(anything))
	case 3:
		if g.keywords {
			return fmt.Sprintf("(%s, %s in %s)", g.expr(anything),
				g.expr(anything), g.expr(pick(g.r, []kind{anArray, anObject})))
		}
	}
	k := kind(g.r.IntN(int(kinds)))
	return fmt.Sprintf("(%s %s %s)", g.expr(k), pick(g.r, []string{"==", "!=",
		"<", "<=", ">", ">="}), g.expr(k))
}

func (g *gen) arrayExpr() string {
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf("[%s, %s]", g.expr(anything), g.expr(anything))
	case 1:
		return fmt.Sprintf("array.concat(%s, %s)", g.expr(anArray),
			g.expr(anArray))
	case 2:
		return g.field(anArray)
	case 3:
		return fmt.Sprintf("sort(%s)", g.expr(pick(g.r, []kind{anArray, aSet})))
	}
	return g.comprehension("[", "]", false)
}

// A key that is computed stands alone, and a set of what is computed is
// evaluated at once: in OPA an object or set that still holds variables has
// two members where they come out equal, and which of them is found first
// depends on who looks. One member of a set may be a call, as OPA evaluates the
// members in its own order.
func (g *gen) objectExpr() string {
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf("{%s: %s, %q: %s}", g.literal(aNumber),
			g.expr(anything), pick(g.r, texts["key"]), g.expr(anything))
	case 4:
		return fmt.Sprintf("{%s: %s}", g.expr(pick(g.r,
			[]kind{aString, aString, anything})), g.expr(anything))
	case 1:
		return fmt.Sprintf("object.union(%s, %s)", g.expr(anObject),
			g.expr(anObject))
	case 2:
		return g.field(anObject)
	}
	return g.comprehension("{", "}", true)
}

func (g *gen) setExpr() string {
	switch g.r.IntN(4) {
	case 0:
		return fmt.Sprintf("({%s, %s} | %s)", g.plain(), g.expr(anything),
			g.literal(aSet))
	case 1:
		return fmt.Sprintf("(%s %s %s)", g.expr(aSet), pick(g.r,
			[]string{"|", "&", "-"}), g.expr(aSet))
	case 2:
		return fmt.Sprintf("object.keys(%s)", g.expr(anObject))
	}
	return g.comprehension("{", "}", false)
}

func (g *gen) comprehension(open, end string, object bool) string {
	mark := len(g.vars)
	body := g.body(1 + g.r.IntN(3))
	head := g.expr(anything)
	if object {
		head = g.expr(pick(g.r, []kind{aString, aNumber, anything})) + ": " + head
	}
	g.vars = g.vars[:mark]
	return open + head + " | " + strings.Join(body, "; ") + end
}

// builtin is a call of any builtin that husk has and whose result may be k.
func (g *gen) builtin(k kind) (string, bool) {
	for range 20 {
		b := pick(g.r, g.builtins)
		if k != anything && kindOf(b.Decl.Result()) != k {
			continue
		}
		if b.IsDeprecated() && !g.v0 {
			continue
		}
		var args []string
		for i, t := range b.Decl.FuncArgs().Args {
			args = append(args, g.argument(b.Name, i, t))
		}
		return b.Name + "(" + strings.Join(args, ", ") + ")", true
	}
	return "", false
}

func (g *gen) argument(name string, i int, t types.Type) string {
	// What is decoded must be text: other bytes are no string to husk.
	decodes := strings.Contains(name, ".decode")
	if d := domains[name]; i < len(d) && d[i] != "" &&
		(decodes || g.chance(85)) {
		switch d[i] {
		case "ns":
			ns := pick(g.r, texts["ns"])
			if name != "time.diff" && name != "time.format" || i > 0 {
				return ns
			}
			return pick(g.r, []string{ns, "[" + ns + `, "UTC"]`,
				"[" + ns + `, "", "2006-01-02 15:04:05.999 MST"]`,
				"[" + ns + `, "UTC", "RFC850"]`})
		case "small":
			return pick(g.r, append(texts[d[i]], small...)[:10])
		case "base":
			return pick(g.r, []string{"2", "8", "10", "16", "7"})
		}
		return strconv.QuoteToGraphic(pick(g.r, texts[d[i]]))
	}
	// A number too large is a limit of husk's, or keeps OPA busy.
	if i < len(domains[name]) && domains[name][i] == "small" {
		return pick(g.r, small)
	}
	switch name {
	case "json.filter", "json.remove":
		if i == 1 {
			return fmt.Sprintf("[%q, %q]", pick(g.r, texts["path"]),
				pick(g.r, texts["path"]))
		}
	case "json.patch":
		if i == 1 {
			return fmt.Sprintf(`[{"op": %q, "path": %q, "from": %q, "value": %s}]`,
				pick(g.r, []string{"add", "remove", "replace", "move", "copy", "test"}),
				"/"+pick(g.r, texts["path"]), "/"+pick(g.r, texts["path"]),
				g.expr(anything))
		}
	case "graph.reachable", "graph.reachable_paths":
		if i == 0 {
			return `{"a": ["b", "c"], "b": {"c", "d"}, "c": ["a"], "e": []}`
		}
		return `["a", "e"]`
	}
	return g.ofType(t)
}

func kindOf(t types.Type) kind {
	switch t.(type) {
	case types.Number, *types.NamedType:
		if n, ok := t.(*types.NamedType); ok {
			return kindOf(n.Type)
		}
		return aNumber
	case types.String:
		return aString
	case types.Boolean:
		return aBoolean
	case *types.Array:
		return anArray
	case *types.Object:
		return anObject
	case *types.Set:
		return aSet
	}
	return anything
}

// ofType is an expression of a builtin's declared type.
func (g *gen) ofType(t types.Type) string {
	switch t := t.(type) {
	case *types.NamedType:
		return g.ofType(t.Type)
	case types.Null:
		return "null"
	case *types.Array:
		if t.Len() > 0 || (t.Dynamic() != nil && g.chance(50)) {
			var parts []string
			for i := range t.Len() {
				parts = append(parts, g.ofType(t.Select(i)))
			}
			for range g.r.IntN(3) {
				if t.Dynamic() != nil {
					parts = append(parts, g.ofType(t.Dynamic()))
				}
			}
			return "[" + strings.Join(parts, ", ") + "]"
		}
	case *types.Set:
		if g.chance(50) {
			return "({" + g.literal(kindOf(t.Of())) + ", " +
				g.ofType(t.Of()) + "} | set())"
		}
	case types.Any:
		if len(t) > 0 {
			return g.ofType(pick(g.r, t))
		}
	}
	return g.expr(kindOf(t))
}

// What husk refuses, what differs by nature, and what is called elsewhere.
var left = []string{"print", "trace", "walk", "http.", "opa.", "rego.", "io.",
	"crypto.x509", "crypto.parse", "graphql.", "yaml.", "providers.", "net.lookup",
	"json.match_schema", "json.verify_schema", "strings.render_template",
	"time.now_ns", "rand.", "uuid.rfc4122", "internal.", "eq", "assign", "cast_"}

func usableBuiltins() []*ast.Builtin {
	var out []*ast.Builtin
	for _, b := range ast.Builtins {
		if b.Infix == "" && !slices.ContainsFunc(left, func(l string) bool {
			return strings.HasPrefix(b.Name, l)
		}) {
			out = append(out, b)
		}
	}
	return out
}
