"""Checks the forms of one result against each other. Usage: forms.py DIR

DIR has a file for each form, and commands: what kbs-client was called with, an
argument a line and an empty line after each call.
"""
import base64
import json
import sys

folder = sys.argv[1]
PROVENANCE = "husk_provenance"


def read(name):
    with open(folder + "/" + name, "rb") as f:
        return f.read()


def check(what, good):
    print(("ok" if good else "BAD"), what)


def stored(entries):
    return {e["name"]: e["value"] for e in entries}


values = json.loads(read("trustee"))
everything = json.loads(read("json"))
sets = everything if isinstance(everything, list) else [everything]

sample = json.loads(read("rvps-sample"))
check("rvps-sample: version and type",
      (sample["version"], sample["type"]) == ("0.1.0", "sample"))
check("rvps-sample: its payload is the form trustee",
      base64.b64decode(sample["payload"], validate=True) == read("trustee"))

array = json.loads(read("rvps-store-array"))
check("rvps-store-array: the same values", stored(array) == values)
check("rvps-store-array: version and expiration",
      all((e["version"], e["expiration"]) == ("0.1.0", "2030-01-02T03:04:05Z")
          for e in array))
store = json.loads(read("rvps-store"))
check("rvps-store: the same entries by name",
      {k: json.loads(base64.urlsafe_b64decode(v)) for k, v in store.items()}
      == {e["name"]: e for e in array})

lines = read("configmap").decode().split("\n")
at = lines.index("  reference-values.json: |")
check("configmap: the same entries",
      json.loads("\n".join(l[4:] for l in lines[at + 1:])) == array)

inputs = {i["sha256"] for s in sets for i in s["inputs"].values()}
for form in ("trustee", "configmap", "policy", "kbs-client"):
    text = read(form).decode()
    check(form + ": says by SHA-256 what it came from",
          all(i in text for i in inputs))

calls, call = [], []
for line in read("commands").decode().split("\n"):
    if line:
        call.append(line)
    elif call:
        calls.append(call)
        call = []
for c in calls:
    name, value = c[c.index("set-sample-reference-value") + 1:][:2]
    if "--as-integer" in c:
        value = int(value)
    elif "--as-bool" in c:
        value = value == "true"
    single = "--as-single-value" in c
    check("kbs-client: " + name,
          values[name] == (value if single else [value]))
named = {c[c.index("set-sample-reference-value") + 1] for c in calls}
for name, value in values.items():
    if name != PROVENANCE and name not in named:
        check("kbs-client: %s is a list that it cannot set" % name,
              isinstance(value, list) and len(value) > 1)

text = read("policy").decode()
for s in sets:
    for name, reg in s["registers"].items():
        if reg["value"] and set(reg["value"]) != {"0"}:
            check("policy: compares " + name, reg["value"] in text)

try:
    import cbor2
except ImportError:
    print("skip no cbor2")
    sys.exit()

corim = cbor2.loads(read("corim"))
check("corim: tag 501", corim.tag == 501)
comid = cbor2.loads(corim.value[1][0].value)
check("corim: tag 506", corim.value[1][0].tag == 506)
for obj, data in ((corim, read("corim")), (comid, corim.value[1][0].value)):
    check("corim: deterministic", cbor2.dumps(obj, canonical=True) == data)
LENGTH = {1: 32, 7: 48, 8: 64}
triples = {t[0][0][2]: {m[0]: m[1] for m in t[1]} for t in comid[4][0]}
for s in sets:
    for name, reg in s["registers"].items():
        m = triples[s["target"]].get(name)
        if reg["value"] is None:
            check("corim: leaves out " + name, m is None)
        elif reg["algorithm"] is None:
            check("corim: " + name, m[4].value.hex() == reg["value"])
        else:
            check("corim: " + name,
                  [LENGTH[a] for a, v in m[2]] == [len(v) for a, v in m[2]]
                  and reg["value"] in [v.hex() for a, v in m[2]])
    for role, i in s["inputs"].items():
        check("corim: file " + role,
              triples["inputs"][role] == {2: [[1, bytes.fromhex(i["sha256"])]]})
