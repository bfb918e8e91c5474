package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A rule that the ones below it may use.
type rule struct {
	name string
	kind kind
	args int  // of a function; -1: a document
	leaf bool // a document that uses no other, nor count
}

// gen makes one program. Rules use those above them alone, so that recursion
// is the exception, and variables bound above in their body.
type gen struct {
	r          *rand.Rand
	v0         bool
	keywords   bool // in, every and others are there
	strict     bool // errors of builtins count, so their order does
	n          int
	depth      int
	inTemplate bool
	vars       []local
	rules      []rule
	imported   []string // names, by kind unknown
	builtins   []*ast.Builtin
}

var allBuiltins = usableBuiltins()

func (g *gen) chance(percent int) bool {
	return g.r.IntN(100) < percent
}

// A document or a call of the kind wanted.
func (g *gen) useRule(k kind) (string, bool) {
	if len(g.rules) == 0 {
		return "", false
	}
	u := pick(g.r, g.rules)
	if u.kind != k && k != anything && !g.chance(10) {
		return "", false
	}
	if u.args < 0 {
		return pick(g.r, []string{"", "", "data.p."}) + u.name, true
	}
	var args []string
	for range u.args {
		args = append(args, g.expr(pick(g.r,
			[]kind{aNumber, aString, anything})))
	}
	return u.name + "(" + strings.Join(args, ", ") + ")", true
}

// head with a body, in the words of the dialect.
func (g *gen) define(head string, body []string) string {
	if len(body) == 0 {
		return head + "\n"
	}
	all := strings.Join(body, "\n\t")
	// What declares its variables must stand above their use. Of two equal
	// literals above what binds their variables OPA calls the second unsafe.
	if !g.strict && len(slices.Compact(slices.Sorted(slices.Values(body)))) ==
		len(body) && !strings.Contains(all, ":=") &&
		!strings.Contains(all, "some ") && g.chance(40) {
		g.r.Shuffle(len(body), func(i, k int) {
			body[i], body[k] = body[k], body[i]
		})
		all = strings.Join(body, "\n\t")
	}
	word := " if"
	if g.v0 && !g.keywords {
		word = ""
	}
	// OPA 1.14 reads on behind a set() that ends a body without braces.
	if len(body) == 1 && word != "" && g.chance(30) &&
		!strings.HasSuffix(body[0], "set()") &&
		!strings.Contains(body[0], "; ") && body[0][0] != '{' &&
		!strings.HasPrefix(body[0], "not {") {
		return head + word + " " + body[0] + "\n"
	}
	return head + word + " {\n\t" + all + "\n}\n"
}

func (g *gen) is() string {
	if g.v0 && g.chance(50) {
		return " = "
	}
	return " := "
}

func (g *gen) someBody() []string {
	g.vars = g.vars[:0]
	if g.chance(10) {
		return nil
	}
	return g.body(1 + g.r.IntN(4))
}

func (g *gen) complete(name string, k kind) string {
	b := &strings.Builder{}
	if g.chance(40) {
		fmt.Fprintf(b, "default %s%s%s\n", name, g.is(), g.literal(k))
	}
	for i := range 1 + g.r.IntN(3) {
		body := g.someBody()
		if body == nil && i > 0 {
			continue
		}
		value := g.is() + g.expr(k)
		if g.chance(40) && k == aBoolean && body != nil {
			value = ""
		}
		b.WriteString(g.define(name+value, body))
		if body != nil {
			b = g.elses(b, k, 0)
		}
	}
	return b.String()
}

func (g *gen) partial(name string, k kind) string {
	b := &strings.Builder{}
	form := g.r.IntN(4)
	for range 1 + g.r.IntN(2) {
		body := g.someBody()
		if body == nil {
			body = []string{"true"}
		}
		key := g.expr(pick(g.r, []kind{aString, aNumber, anything}))
		if k == anObject && g.v0 {
			// Of a constant key OPA's v0 takes the first value, and
			// says nothing of others.
			key = g.field(aString)
		}
		val := g.expr(anything)
		head := name
		switch {
		case k == aSet && g.v0 && !g.keywords:
			head += "[" + key + "]"
		case k == aSet:
			head += " contains " + key
		case form == 0 && !g.v0:
			head += fmt.Sprintf(".k1[%s]%s%s", key, g.is(), val)
		case form == 1 && !g.v0:
			head += fmt.Sprintf("[%s] contains %s", key, val)
		case form == 2 && !g.v0:
			head += fmt.Sprintf("[%s].x%s%s", key, g.is(), val)
		default:
			head += fmt.Sprintf("[%s]%s%s", key, g.is(), val)
		}
		b.WriteString(g.define(head, body))
	}
	return b.String()
}

func (g *gen) parameter() string {
	if g.chance(15) {
		return g.literal(pick(g.r, []kind{aNumber, aString}))
	}
	if g.chance(10) {
		a, b := g.bind(g.fresh(), anything), g.bind(g.fresh(), anything)
		return pick(g.r, []string{"[" + a + ", " + b + "]",
			`{"k1": ` + a + `, "k2": ` + b + "}"})
	}
	if g.chance(10) {
		return "_"
	}
	return g.bind(g.fresh(), anything)
}

func (g *gen) function(name string, k kind, args int) string {
	b := &strings.Builder{}
	if g.chance(30) {
		blanks := strings.TrimSuffix(strings.Repeat("_, ", args), ", ")
		fmt.Fprintf(b, "default %s(%s)%s%s\n", name, blanks, g.is(), g.literal(k))
	}
	for range 1 + g.r.IntN(2) {
		g.vars = g.vars[:0]
		var params []string
		for range args {
			params = append(params, g.parameter())
		}
		bound := len(g.vars)
		body := g.body(1 + g.r.IntN(3))
		head := fmt.Sprintf("%s(%s)%s%s", name, strings.Join(params, ", "),
			g.is(), g.expr(k))
		b.WriteString(g.define(head, body))
		b = g.elses(b, k, bound)
	}
	return b.String()
}

var names = regexp.MustCompile(`\b[rf]\d+\b|count|mock`)

// usesOthers tells whether a rule's text has names but its own.
func usesOthers(own, text string) bool {
	for _, name := range names.FindAllString(text, -1) {
		if name != own {
			return true
		}
	}
	return false
}

func (g *gen) rule(i int) string {
	u := rule{name: fmt.Sprintf("r%d", i), args: -1,
		kind: kind(g.r.IntN(int(kinds)))}
	var s string
	switch n := g.r.IntN(10); {
	case n < 4:
		s = g.complete(u.name, u.kind)
	case n < 6:
		u.kind = aSet
		s = g.partial(u.name, aSet)
	case n < 7:
		u.kind = anObject
		s = g.partial(u.name, anObject)
	default:
		u.name, u.args = fmt.Sprintf("f%d", i), 1+g.r.IntN(2)
		s = g.function(u.name, u.kind, u.args)
	}
	u.leaf = u.args < 0 && !usesOthers(u.name, s)
	g.rules = append(g.rules, u)
	return s
}

// What a compiler must refuse, or nearly.
func (g *gen) mistake() string {
	if g.chance(30) {
		return g.define("bad := x", []string{pick(g.r, []string{
			"x := y; y := 2", "not y == 1; x := 1", "x := 1; x := 2",
			"[x] = 1", "x := nosuch(1)", "x = y; y = x"})})
	}
	return pick(g.r, []string{
		"bad := unbound\n", "bad := nosuch(1)\n", "bad := count(1, 2, 3)\n",
		"bad := later\nlater := bad\n", "default bad := 1\ndefault bad := 2\n",
		"bad := count()\n", "bad(x) := y\n", "bad := [1,\n",
		"bad := data.p\n", "bad := http.get(1)\n", "bad := 01\n",
		"bad := \"a\nb\"\n", "input := 1\n", "bad(input) := 1\n",
	})
}

func (g *gen) header() string {
	s := "package p\n\n" + g.imports()
	switch {
	case g.v0 && g.keywords:
		s += "import future.keywords\n"
	case g.v0:
	case g.chance(20):
		s += "import rego.v1\n"
	case g.chance(10):
		s += "import future.keywords.in\nimport future.keywords.every\n"
	}
	return s + "\n"
}

// generate makes program number i of a seed.
func generate(seed, i uint64, v0 bool) *testCase {
	g := &gen{r: rand.New(rand.NewPCG(seed, i)), v0: v0,
		builtins: allBuiltins}
	g.keywords = !v0 || g.chance(50)
	n := 1 + g.r.IntN(6)
	g.strict = n == 1 && g.chance(60)
	c := &testCase{Note: fmt.Sprintf("%d/%d", seed, i), Strict: g.strict}
	text := g.header() + g.define("mock(x)"+g.is()+"[x, 1]", []string{"true"})
	for k := range n {
		text += g.rule(k) + "\n"
	}
	if g.chance(3) {
		text += g.mistake()
	}
	c.Modules = []string{text, other}
	c.Input = randomDocument(g.r)
	c.Data = map[string]any{"d": randomDocument(g.r)}
	c.Query = "x = data.p"
	if docs := g.documents(); len(docs) > 0 && g.chance(60) {
		c.Query = "x = data.p." + docs[len(docs)-1]
		if g.chance(20) {
			c.Query = fmt.Sprintf("x = data.p.%s; y = input.n", pick(g.r, docs))
		}
	}
	return c
}

func (g *gen) documents() []string {
	var out []string
	for _, u := range g.rules {
		if u.args < 0 {
			out = append(out, u.name)
		}
	}
	return out
}
