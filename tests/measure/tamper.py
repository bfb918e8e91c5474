#!/usr/bin/env python3
"""Every field of evidence, changed once, must be noticed, for the right reason.

usage: tamper.py HUSK DIR SNP-REFS TDX-REFS; prints TAP. DIR is evidence.py's.
"""
import base64
import copy
import json
import os
import subprocess
import sys

husk, folder, snp_refs, tdx_refs = sys.argv[1:]
husk = os.path.abspath(husk)
os.chdir(folder)
number = 0
ZERO = "00" * 32

# Where each field begins, and what must be said of it.
SNP = {
    "version": 0, "guest_svn": 4, "policy": 8, "family_id": 0x10, "image_id": 0x20,
    "vmpl": 0x30, "sig_algo": 0x34, "current_tcb": 0x38, "platform_info": 0x40,
    "key_info": 0x48, "report_data": 0x50, "measurement": 0x90, "host_data": 0xC0,
    "id_key_digest": 0xE0, "author_key_digest": 0x110, "report_id": 0x140,
    "report_id_ma": 0x160, "reported_tcb": 0x180, "cpuid": 0x188, "chip_id": 0x1A0,
    "committed_tcb": 0x1E0, "current": 0x1E8, "committed": 0x1EC, "launch_tcb": 0x1F0,
    "reserved": 0x210, "r": 0x2A0, "r, high": 0x2A0 + 60, "s": 0x2E8, "after s": 0x330,
    "last byte": 1183,
}
BODY = {
    "tee_tcb_svn": 0, "mrseam": 16, "mrsignerseam": 64, "seam_attributes": 112,
    "td_attributes": 120, "xfam": 128, "mrtd": 136, "mrconfigid": 184, "mrowner": 232,
    "mrownerconfig": 280, "rtmr0": 328, "rtmr1": 376, "rtmr2": 424, "rtmr3": 472,
    "report_data": 520,
}


def verify(name, args):
    p = subprocess.run([husk, "verify", name] + args, capture_output=True, text=True)
    return p.returncode, p.stdout + p.stderr


def expect(what, data, args, reasons):
    """Must not match: one of the reasons is a finding that failed, or an error."""
    global number
    number += 1
    with open("tampered", "wb") as f:
        f.write(data)
    code, text = verify("tampered", args)
    verdict = text.strip().split("\n")[-1]
    ok = code in (1, 2) and any(r in verdict for r in reasons)
    print("%sok %d - %s" % ("" if ok else "not ", number, what))
    if not ok:
        print("# exit %d: %s" % (code, verdict))


def flip(data, at, bit=1):
    out = bytearray(data)
    out[at] ^= bit
    return bytes(out)


def read(name):
    with open(name, "rb") as f:
        return f.read()


def binary():
    amd = ["--root", "ark.pem", "--certs", "amd.pem", "--against", snp_refs]
    report = read("snp.bin")
    for field, at in SNP.items():
        expect("SNP report: " + field, flip(report, at), amd, ["signature", "version 2"])
    intel = ["--root", "pck-root.pem", "--against", tdx_refs]
    for name, start in (("tdx.bin", 48), ("tdx5.bin", 54)):
        quote = read(name)
        end = start + (648 if start == 54 else 584)
        for field, at in {"version": 0, "key type": 2, "tee": 4, "vendor": 12,
                          "user data": 28}.items():
            expect("%s: %s" % (name, field), flip(quote, at), intel,
                   ["signature", "version", "body type", "not an SNP report"])
        for field, at in BODY.items():
            expect("%s: %s" % (name, field), flip(quote, start + at), intel, ["signature"])
        at = end + 4
        for field, size, why in (
            ("signature", 64, "signature"), ("attestation key", 64, "attestation key"),
            ("type of data", 6, "signature"), ("QE report", 320, "platform key"),
            ("QE report data", 64, "attestation key"), ("QE signature", 64, "platform key"),
            ("auth data", 34, "attestation key"), ("type of certificates", 6, "signature")):
            expect("%s: %s" % (name, field), flip(quote, at + (2 if field == "auth data" else 0)),
                   intel, [why])
            at += size
        lines = quote[at:].split(b"\n")
        for n, line in enumerate(lines[:9]):
            if not line.startswith(b"---"):
                expect("%s: certificate, line %d" % (name, n),
                       flip(quote, quote.index(line) + 20), intel,
                       ["certificates", "platform key", "signature"])
        for cut in (40, 100, end, end + 70, end + 200, len(quote) - 1):
            expect("%s: %d bytes of it" % (name, cut), quote[:cut], intel,
                   ["not an SNP report", "quote:"])


def leaves(value, path=()):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from leaves(v, path + (k,))
    elif isinstance(value, list) and value and not all(isinstance(x, int) for x in value):
        for k, v in enumerate(value):
            yield from leaves(v, path + (k,))
    else:
        yield path, value


def change(value, at=0.5):
    """Another value of the same form, changed there; None when there is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, list):
        at = len(value) // 2
        return value[:at] + [value[at] ^ 1] + value[at + 1 :]
    for decode, encode in ((bytes.fromhex, bytes.hex),
                           (lambda s: base64.b64decode(s, validate=True),
                            lambda p: base64.b64encode(p).decode()),
                           (base64.urlsafe_b64decode,
                            lambda p: base64.urlsafe_b64encode(p).decode())):
        try:
            data = decode(value)
        except ValueError:
            continue
        return encode(flip(data, int(at * len(data))))
    return value + "x"


# What no signature covers, and nothing is concluded from: where it says so.
UNSIGNED = {("encr_measurement_key",), ("encr_request_nonce",),
            ("cert_chain", 0, "cert_type"), ("cert_chain", 1, "cert_type"), ("version",)}


def documents():
    snp = ["--root", "ark.pem", "--certs", "ask.pem", "--against"]
    for name, args in (
        ("snp.json", snp[:2] + ["--against", snp_refs]),
        ("tdx.json", ["--root", "pck-root.pem", "--against", tdx_refs]),
        ("az-snp.json", snp + ["pcr1=" + ZERO]),
        ("az-tdx.json", ["--root", "pck-root.pem", "--against", "pcr1=" + ZERO]),
        ("tpm.json", ["--ak", "ak.pem", "--against", "pcr0=" + ZERO]),
        ("se.json", ["--measurement-key", "se.key", "--request-nonce", "se.nonce", "--against",
                     "tag=c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"])):
        whole = json.loads(read(name))
        for path, value in leaves(whole):
            # Of an HCL report, what lies behind the TDREPORT is padding.
            other = change(value, 0.9 if path == ("hcl_report",) else 0.5)
            if other is None or path in UNSIGNED:
                continue
            tampered = copy.deepcopy(whole)
            at = tampered
            for k in path[:-1]:
                at = at[k]
            at[path[-1]] = other
            expect("%s: %s" % (name, ".".join(map(str, path))), json.dumps(tampered).encode(),
                   args, ["mismatch", "husk verify:"])
            del at[path[-1]]
            if isinstance(path[-1], str) and len(path) == 1 and path != ("cc_eventlog",):
                expect("%s: without %s" % (name, path[-1]), json.dumps(tampered).encode(), args,
                       ["mismatch", "husk verify:"])


binary()
documents()
print("1..%d" % number)
