# shellcheck shell=sh
# A set of hostile policies; sourced, with $tmp: each as $tmp/NAME.rego.

# policy NAME AWK: a policy that the awk program prints.
policy()
{
	{
		echo 'package p'
		awk "BEGIN { $2 }"
	} > "$tmp/$1.rego"
}

policy literals 'print "x if {"
for (i = 0; i < 100000; i++) print "v" i % 4000 " != " i
print "}"'
policy order 'print "x := v0 if {"
for (i = 0; i < 4000; i++) print "v" i " = v" i + 1 " + 1"
print "v4000 = 1\n}"'
policy nesting 'printf "x := "; for (i = 0; i < 100000; i++) printf "["'
policy joins 'print "n := numbers.range(1, 200)"
print "x if { a := n[_]; b := n[_]; c := n[_]; d := n[_];",
    "a + b + c + d == 0 }"'
policy regex 'print "s := concat(\"|\", [c | numbers.range(1, 14)[i];"
print "c := sprintf(\"%d{900}\", [i])])\nx if not regex.match(s, \"a\")"'
policy replace 'print "s := concat(\"\", [\"a\" | numbers.range(1, 5000)[_]])"
print "x if not replace(s, \"a\", s)"'
policy memory 'print "s := sprintf(\"%1000d\", [1])"
print "x := [concat(\"\", [s, \"a\"]) | numbers.range(1, 100000)[_]]"'
policy calls 'print "f0(y) := y + 1"
for (i = 1; i <= 60; i++)
	print "f" i "(y) := f" i - 1 "(y) + f" i - 1 "(y + 1)"
print "x := f60(1)"'
policy closures 'print "x if {"; for (i = 0; i < 60; i++) printf "[1 | "
for (i = 0; i < 40000; i++) printf "true; "; printf "true"
for (i = 0; i < 60; i++) printf "]"; print "\n}"'
policy number 'print "x := bits.lsh(1, 100000000)"'
policy cycle 'print "x := y\ny := z\nz := x"'

