package main

import (
	"fmt"
	"strings"
)

func (g *gen) fresh() string {
	g.n++
	return fmt.Sprintf("v%d", g.n)
}

func (g *gen) bind(name string, k kind) string {
	g.vars = append(g.vars, local{name, k})
	return name
}

// body is n literals; their variables stay in g.vars.
func (g *gen) body(n int) []string {
	var out []string
	g.depth++
	for range n {
		out = append(out, g.literalLine())
	}
	g.depth--
	return out
}

func (g *gen) collection() (string, kind) {
	k := pick(g.r, []kind{anArray, anArray, anObject, aSet})
	return g.expr(k), k
}

func (g *gen) literalLine() string {
	choices := []func() string{g.assign, g.assign, g.assign, g.unify, g.iterate,
		g.iterate, g.test, g.test, g.test, g.negated, g.replaced, g.destructure,
		g.walks}
	if g.keywords {
		choices = append(choices, g.someIn, g.someIn, g.every,
			g.somePattern)
	}
	choices = append(choices, g.someVars, g.pairs, g.member, g.output)
	if g.depth > 3 {
		choices = choices[:8]
	}
	return pick(g.r, choices)()
}

func (g *gen) assign() string {
	k := kind(g.r.IntN(int(kinds)))
	e := g.expr(k)
	return fmt.Sprintf("%s := %s", g.bind(g.fresh(), k), e)
}

// Both sides of an equation, or a name that is bound only below.
func (g *gen) unify() string {
	k := kind(g.r.IntN(int(kinds)))
	e := g.expr(k)
	switch g.r.IntN(3) {
	case 0:
		return fmt.Sprintf("%s = %s", e, g.bind(g.fresh(), k))
	case 1:
		return fmt.Sprintf("%s = %s", e, g.expr(k))
	}
	return fmt.Sprintf("%s = %s", g.bind(g.fresh(), k), e)
}

func (g *gen) iterate() string {
	c, _ := g.collection()
	if strings.ContainsAny(c[:1], "({\"`$0123456789-") || !g.refHead(c) {
		v := g.fresh()
		i := g.fresh()
		g.bind(v, anything)
		g.bind(i, anything)
		return fmt.Sprintf("c%s := %s; %s = c%s[%s]", v, c, v, v, i)
	}
	// OPA calls i unsafe in c[i] == f(i), husk takes it from c.
	e := g.expr(anything)
	return fmt.Sprintf("%s[%s] %s %s", c, g.bind(g.fresh(), anything),
		pick(g.r, []string{"==", "!=", "="}), e)
}

func (g *gen) refHead(s string) bool {
	return strings.HasPrefix(s, "input.") || strings.HasPrefix(s, "data.")
}

func (g *gen) someIn() string {
	c, k := g.collection()
	if g.chance(40) {
		kv := fmt.Sprintf("some %s, %s in %s", g.fresh(), g.fresh(), c)
		g.bind(fmt.Sprintf("v%d", g.n-1), pick(g.r, []kind{anything, aNumber}))
		g.bind(fmt.Sprintf("v%d", g.n), anything)
		return kv
	}
	_ = k
	return fmt.Sprintf("some %s in %s", g.bind(g.fresh(), anything), c)
}

func (g *gen) test() string {
	if g.chance(15) {
		return g.expr(anything)
	}
	return g.expr(aBoolean)
}

// expr, but not `true`: OPA 1.14 drops that from the front of a body, and the
// `not` before it and the `with` behind it too.
func (g *gen) notTrue(k kind) string {
	e := g.expr(k)
	if e == "true" {
		e = "input.b"
	}
	return e
}

func (g *gen) negated() string {
	return "not " + g.notTrue(pick(g.r, []kind{aBoolean, aBoolean, anything}))
}

func (g *gen) every() string {
	c, _ := g.collection()
	mark := len(g.vars)
	v := g.bind(g.fresh(), anything)
	use := v + " != " + g.literal(anything)
	if g.chance(30) {
		k := g.bind(g.fresh(), anything)
		use = k + " != " + v
		v = k + ", " + v
	}
	body := append(g.body(g.r.IntN(3)), use)
	g.vars = g.vars[:mark]
	return fmt.Sprintf("every %s in %s { %s }", v, c, strings.Join(body, "; "))
}

func (g *gen) walks() string {
	p, v := g.fresh(), g.fresh()
	c := g.expr(pick(g.r, []kind{anArray, anObject}))
	g.bind(p, anArray)
	g.bind(v, anything)
	return fmt.Sprintf("walk(%s, [%s, %s])", c, p, v)
}

func (g *gen) destructure() string {
	a, b := g.fresh(), g.fresh()
	op := pick(g.r, []string{"=", ":="})
	var s string
	switch g.r.IntN(4) {
	case 0:
		s = fmt.Sprintf("[%s, %s] %s %s", a, b, op, g.expr(anArray))
	case 1:
		s = fmt.Sprintf(`{"k1": %s, "k2": %s} %s {"k1": %s, "k2": %s}`, a, b, op,
			g.expr(anything), g.expr(anything))
	case 2:
		s = fmt.Sprintf(`[%s, {"x": %s}] %s [%s, {"x": %s}]`, a, b, op,
			g.expr(anything), g.expr(anything))
	default:
		s = fmt.Sprintf(`{"id": %s, "name": %s, "on": _, "tags": _} %s input.items[_]`,
			a, b, op)
	}
	g.bind(a, anything)
	g.bind(b, anything)
	return s
}

// A literal with something replaced.
func (g *gen) replaced() string {
	s := g.negated()
	if g.chance(60) {
		s = g.notTrue(aBoolean)
	}
	name := ""
	if g.chance(40) {
		name = g.fresh()
		s = name + " := " + g.expr(anything)
	}
	for range 1 + g.r.IntN(2) {
		s += " with " + g.replacement()
	}
	if name != "" {
		g.bind(name, anything)
	}
	return s
}

func (g *gen) replacement() string {
	switch g.r.IntN(9) {
	case 8:
		for _, f := range g.rules {
			if f.args == 1 && g.chance(50) {
				return "data.p." + f.name + " as " + pick(g.r,
					[]string{"mock", "data.p.mock", "lower", g.literal(f.kind)})
			}
		}
	case 0:
		return "input as " + g.expr(anObject)
	case 1:
		return "input.n as " + g.expr(aNumber)
	case 2:
		return "input.o.x as " + g.expr(anObject)
	case 3:
		return "data.d.s as " + g.expr(aString)
	case 4:
		for _, u := range g.rules {
			if u.leaf && g.chance(50) {
				return "count as data.p." + u.name
			}
		}
		return "count as (0 + " + g.expr(aNumber) + ")"
	case 5:
		// Not by a rule that may use what it replaces: OPA's stack
		// overflows then, where husk reaches limit_depth.
		return pick(g.r, []string{"count", "lower", "sum"}) + " as mock"
	case 6:
		for _, f := range g.rules {
			if f.args < 0 && g.chance(50) {
				return "data.p." + f.name + " as " + g.expr(f.kind)
			}
		}
	}
	return "data.d as " + g.expr(anObject)
}
