package main

import (
	"fmt"
	"strings"
)

// The module that every program may import from. It reads as v0 and as v1.
const other = `package q.r

limit := 3
names := {"a", "k1", "x"}
table := {"k1": [1, 2], "x": {"y": null}}
pair(x) := [x, limit]
`

func (g *gen) imports() string {
	var s string
	for _, i := range []struct{ text, name string }{
		{"import data.q.r", "r.limit"},
		{"import data.q.r as e", "e.limit"},
		{"import data.q.r.table", "table"},
		{"import data.d.m as dm", "dm.k1"},
		{"import input.o", "o.s"},
		{"import input.items as its", "its[0].id"},
		{"import data.q.r.names as limits", "limits"},
	} {
		if g.chance(10) {
			s += i.text + "\n"
			g.imported = append(g.imported, i.name)
		}
	}
	return s
}

// elses appends up to two more alternatives to the rule at the end of b, whose
// parameters are the first variables.
func (g *gen) elses(b *strings.Builder, k kind, params int) *strings.Builder {
	for range 2 {
		if !g.chance(20) {
			break
		}
		g.vars = g.vars[:params]
		body := g.body(1 + g.r.IntN(3))
		e := "else" + g.is() + g.expr(k)
		s := strings.TrimSuffix(b.String(), "\n")
		if !strings.HasSuffix(s, "}") {
			break
		}
		b = &strings.Builder{}
		b.WriteString(s + " " + g.define(e, body))
	}
	return b
}

// Variables that are declared, and bound by a ref or an equation.
func (g *gen) someVars() string {
	i, v := g.fresh(), g.fresh()
	c := pick(g.r, []string{"input.a", "input.items", "data.d.m", "input.mixed",
		"data.q.r.table", "data.q.r.names", "data.p.mock"})
	s := fmt.Sprintf("some %s, %s; %s[%s] = %s", i, v, c, i, v)
	g.bind(i, anything)
	g.bind(v, anything)
	return s
}

// Both dimensions, or two collections side by side.
func (g *gen) pairs() string {
	i, j := g.fresh(), g.fresh()
	var s string
	switch g.r.IntN(4) {
	case 0:
		s = fmt.Sprintf("input.items[%s].tags[%s]", i, j)
	case 1:
		s = fmt.Sprintf("input.a[%s] = data.d.a[%s]", i, j)
	case 2:
		s = fmt.Sprintf("[input.as[%s], %s] = [%s, data.d.as[_]]", i, j,
			g.expr(aString))
	default:
		s = fmt.Sprintf("input.m[%s] <= data.d.m[%s]", i, j)
	}
	g.bind(i, anything)
	g.bind(j, anything)
	return s
}

// A member of a document of a rule, found by its key or bound by it.
func (g *gen) member() string {
	for _, u := range g.rules {
		if u.args >= 0 || !g.chance(40) {
			continue
		}
		if g.chance(50) {
			// Of a partial document OPA evaluates the rules alone whose
			// head may have that key, and sees no error in others. In a
			// ref's path it does not resolve the names in a template, and
			// takes variables of a closure for unsafe.
			key := g.expr(anything)
			k, v := g.bind(g.fresh(), anything), g.bind(g.fresh(), u.kind)
			return fmt.Sprintf("%s := %s; %s := %s; %s[%s]", k, key, v,
				u.name, v, k)
		}
		k := g.fresh()
		s := fmt.Sprintf("%s[%s]", u.name, k)
		if g.chance(40) {
			v := g.fresh()
			s += fmt.Sprintf(" = %s", g.bind(v, anything))
		} else if g.chance(30) {
			s += "[_]"
		}
		g.bind(k, anything)
		return s
	}
	return g.test()
}

// A call with its result as the last argument.
func (g *gen) output() string {
	v := g.fresh()
	s := fmt.Sprintf(pick(g.r, []string{"count(%s, %s)", "sort(%s, %s)",
		"object.keys(%s, %s)", "json.marshal(%s, %s)"}),
		g.expr(pick(g.r, []kind{anArray, anObject, aSet})), v)
	g.bind(v, anything)
	return s
}

// some with a pattern for the members.
func (g *gen) somePattern() string {
	a := g.fresh()
	s := fmt.Sprintf(pick(g.r, []string{
		`some {"id": %s, "name": _, "on": _, "tags": _} in input.items`,
		`some [%s, _] in [[1, 2], [3], {1}, ["a", "b"]]`,
		`some "k1", %s in input.m`, `some [1, %s] in data.q.r.table`}), a)
	g.bind(a, anything)
	return s
}
