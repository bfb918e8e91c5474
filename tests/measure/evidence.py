#!/usr/bin/env python3
"""Evidence of every TEE, made up with keys of its own by the openssl program.

usage: evidence.py DIR SNP-REFS TDX-REFS

REFS are what husk measure --format json wrote; the evidence is of that guest.
Written apart from the C code, from the same documents: layouts stand here as
struct formats and offsets.
"""
import base64
import hashlib
import hmac
import json
import os
import struct
import subprocess
import sys

b64 = lambda p: base64.b64encode(p).decode()
b64url = lambda p: base64.urlsafe_b64encode(p).decode()
AMD = "1.3.6.1.4.1.3704.1"
SGX = "1.2.840.113741.1.13.1"
CHIP = bytes(range(64))
NONCE = bytes(range(100, 148))
TCB = {"fmc": 7, "bootloader": 10, "tee": 3, "snp": 23, "microcode": 206}


def run(*args, data=None):
    return subprocess.run(args, input=data, check=True, capture_output=True).stdout


def put(name, data):
    with open(name, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def get(name):
    with open(name, "rb") as f:
        return f.read()


def key(name, *opts):
    run("openssl", "genpkey", "-out", name + ".key", *opts)


def sign(name, data, hash_name):
    return run("openssl", "dgst", "-" + hash_name, "-sign", name + ".key", data=data)


def raw_ecdsa(der, size):
    """r and s, big-endian, out of SEQUENCE {INTEGER, INTEGER}."""
    out, at = b"", 2 if der[1] < 128 else 3
    for _ in range(2):
        n = der[at + 1]
        out += der[at + 2 : at + 2 + n].lstrip(b"\0").rjust(size, b"\0")
        at += 2 + n
    return out


PSS = ["-sha384", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:48"]
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"


def cert(name, subject, issuer, ext, sig=("-sha256",), days="3650"):
    put(name + ".ext", ext)
    run("openssl", "req", "-new", "-key", name + ".key", "-subj", "/O=Test/CN=" + subject,
        "-out", name + ".csr")
    who = ["-key", name + ".key"] if issuer == name else [
        "-CA", issuer + ".pem", "-CAkey", issuer + ".key"]
    run("openssl", "x509", "-req", "-in", name + ".csr", "-out", name + ".pem", "-days", days,
        "-set_serial", str(1000 + len(name)), "-extfile", name + ".ext", *who, *sig)


def crl(name, issuer, revoked):
    """A list that revokes the certificate of the name revoked, or nothing."""
    put(name + ".cnf", "[ca]\ndefault_ca=x\n[x]\ndatabase=%s.db\ndefault_md=sha384\n"
        "default_crl_days=3650\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n" % name)
    put(name + ".db", "")
    cnf = ["-config", name + ".cnf", "-cert", issuer + ".pem", "-keyfile", issuer + ".key"]
    if revoked:
        run("openssl", "ca", *cnf, "-revoke", revoked + ".pem")
    run("openssl", "ca", *cnf, "-gencrl", "-out", name + ".pem")


def der(name):
    return run("openssl", "x509", "-in", name + ".pem", "-outform", "DER")


def vcek(name, product, turin):
    parts = {1: "bootloader", 2: "tee", 3: "snp", 8: "microcode"}
    if turin:
        parts[9] = "fmc"
    ext = "%s.2=ASN1:IA5STRING:%s\n" % (AMD, product)
    for oid, part in parts.items():
        ext += "%s.3.%d=ASN1:INTEGER:%d\n" % (AMD, oid, TCB[part])
    ext += "%s.4=DER:%s\n" % (AMD, CHIP[: 8 if turin else 64].hex())
    key(name, "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")
    cert(name, "SEV-VCEK", "ask", ext, PSS)


def amd():
    for name, bits in (("ark", 2048), ("ask", 4096), ("other-ark", 2048)):
        key(name, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:%d" % bits)
        cert(name, "ARK" if name != "ask" else "ASK", "ark" if name == "ask" else name, CA, PSS)
    vcek("vcek", "Genoa", False)
    vcek("vcek-turin", "Turin", True)
    crl("crl-ark", "ark", None)
    crl("crl-ask", "ask", None)
    crl("crl-revoked", "ask", "vcek")
    put("crls.pem", get("crl-ark.pem") + get("crl-ask.pem"))


def tcb_bytes(turin):
    t = TCB
    if turin:
        return bytes([t["fmc"], t["bootloader"], t["tee"], t["snp"], 0, 0, 0, t["microcode"]])
    return bytes([t["bootloader"], t["tee"], 0, 0, 0, 0, t["snp"], t["microcode"]])


def snp_report(measurement, report_data, signer, turin=False, policy=0x30000, vmpl=0, debug=0):
    r = bytearray(1184)
    struct.pack_into("<IIQ", r, 0, 3, 0, policy | debug << 19)
    struct.pack_into("<II", r, 0x30, vmpl, 1)
    struct.pack_into("<QI", r, 0x40, 0x25, 0)
    for at in (0x38, 0x180, 0x1E0, 0x1F0):
        r[at : at + 8] = tcb_bytes(turin)
    r[0x50 : 0x50 + len(report_data)] = report_data
    r[0x90 : 0xC0] = measurement
    r[0x188 : 0x18B] = bytes([0x1A, 0x02, 0] if turin else [0x19, 0x11, 1])
    r[0x1A0 : 0x1E0] = CHIP[:8].ljust(64, b"\0") if turin else CHIP
    r[0x1E8 : 0x1EB] = r[0x1EC : 0x1EF] = bytes([21, 55, 1])
    rs = raw_ecdsa(sign(signer, bytes(r[:0x2A0]), "sha384"), 48)
    r[0x2A0 : 0x2E8] = rs[:48][::-1].ljust(72, b"\0")
    r[0x2E8 : 0x330] = rs[48:][::-1].ljust(72, b"\0")
    return bytes(r)


def snp_json(r, chain):
    u = lambda at, n: int.from_bytes(r[at : at + n], "little")
    a = lambda at, n: list(r[at : at + n])
    tcb = lambda at: {"fmc": None, "bootloader": r[at], "tee": r[at + 1], "snp": r[at + 6],
                      "microcode": r[at + 7]}
    build = lambda at: {"major": r[at + 2], "minor": r[at + 1], "build": r[at]}
    report = {
        "version": u(0, 4), "guest_svn": u(4, 4), "policy": u(8, 8), "family_id": a(0x10, 16),
        "image_id": a(0x20, 16), "vmpl": u(0x30, 4), "sig_algo": u(0x34, 4),
        "current_tcb": tcb(0x38), "plat_info": u(0x40, 8), "key_info": u(0x48, 4),
        "report_data": a(0x50, 64), "measurement": a(0x90, 48), "host_data": a(0xC0, 32),
        "id_key_digest": a(0xE0, 48), "author_key_digest": a(0x110, 48),
        "report_id": a(0x140, 32), "report_id_ma": a(0x160, 32), "reported_tcb": tcb(0x180),
        "cpuid_fam_id": r[0x188], "cpuid_mod_id": r[0x189], "cpuid_step": r[0x18A],
        "chip_id": a(0x1A0, 64), "committed_tcb": tcb(0x1E0), "current": build(0x1E8),
        "committed": build(0x1EC), "launch_tcb": tcb(0x1F0), "launch_mit_vector": None,
        "current_mit_vector": None, "signature": {"r": a(0x2A0, 72), "s": a(0x2E8, 72)},
    }
    return {"attestation_report": report,
            "cert_chain": [{"cert_type": t, "data": list(der(n))} for t, n in chain]}


def extend(value, digest, name):
    return hashlib.new(name, value + digest).digest()


def event_log(events, alg, size, first):
    """events: (index, type, digest, data). The first record says which bank."""
    spec = struct.pack("<16sIBBBBIHHB", b"Spec ID Event03\0", 0, 0, 2, 0, 2, 1, alg, size, 0)
    log = struct.pack("<II20sI", first, 3, b"", len(spec)) + spec
    for index, kind, digest, data in events:
        log += struct.pack("<IIIH", index, kind, 1, alg) + digest
        log += struct.pack("<I", len(data)) + data
    return log + b"\xff" * 64


TYPES = {"EV_SEPARATOR": 4, "EV_EVENT_TAG": 6, "EV_EFI_ACTION": 0x80000007,
         "EV_EFI_BOOT_SERVICES_APPLICATION": 0x80000003}


def td_events(refs):
    out = [(1, 3, b"\x55" * 48, b"StartupLocality\0\0")]  # extends nothing
    for ev in refs["events"]:
        index = int(ev["register"][-1]) + 1
        what = ev["what"].encode()
        data = b"\x11" * 48 if ev["type"] is None else what
        if ev["type"] == "EV_EVENT_TAG":
            data = struct.pack("<II", 0x8F3B22ED, len(what)) + what
        out.append((index, TYPES.get(ev["type"], 1), bytes.fromhex(ev["digest"]), data))
    return out


def intel():
    curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    for name, subject, issuer in (("pck-root", "Root", "pck-root"), ("pck-ca", "CA", "pck-root")):
        key(name, *curve)
        cert(name, "Intel " + subject, issuer, CA)
    key("pck", *curve)
    cert("pck", "PCK", "pck-ca", "%s=ASN1:SEQUENCE:a\n[a]\nx=SEQUENCE:b\n[b]\no=OID:%s.4\n"
         "f=FORMAT:HEX,OCTETSTRING:00906ED50000\n" % (SGX, SGX))
    key("attest", *curve)


def td_quote(version, refs, registers, report_data, attributes=0x10000000):
    val = lambda name: bytes.fromhex(refs["registers"][name]["value"])
    body = bytes(16) + b"\x21" * 48 + bytes(48) + bytes(8)
    body += struct.pack("<QQ", attributes, 0x602E7)
    body += val("mrtd") + val("mrconfigid") + bytes(96) + b"".join(registers)
    body += report_data.ljust(64, b"\0")
    head = struct.pack("<HHI", version, 2, 0x81) + bytes(4)
    head += bytes.fromhex("939a7233f79c4ca9940a0db3957f0607") + bytes(20)
    signed = head + body
    if version == 5:
        signed = head + struct.pack("<HI", 3, 648) + body + bytes(64)
    point = run("openssl", "pkey", "-in", "attest.key", "-pubout", "-outform", "DER")[-64:]
    auth = bytes(range(32))
    qe = bytearray(384)
    qe[320 : 352] = hashlib.sha256(point + auth).digest()
    chain = get("pck.pem") + get("pck-ca.pem") + get("pck-root.pem")
    data = bytes(qe) + raw_ecdsa(sign("pck", bytes(qe), "sha256"), 32)
    data += struct.pack("<H", len(auth)) + auth + struct.pack("<HI", 5, len(chain)) + chain
    sig = raw_ecdsa(sign("attest", signed, "sha256"), 32) + point
    sig += struct.pack("<HI", 6, len(data)) + data
    return signed + struct.pack("<I", len(sig)) + sig


def tdx(refs):
    intel()
    events = td_events(refs)
    registers = [bytes(48)] * 4
    for index, kind, digest, _ in events:
        if kind != 3:
            registers[index - 1] = extend(registers[index - 1], digest, "sha384")
    log = event_log(events, 0xC, 48, 1)
    put("ccel.bin", log)
    put("tdx.bin", td_quote(4, refs, registers, NONCE))
    put("tdx5.bin", td_quote(5, refs, registers, NONCE))
    put("tdx-debug.bin", td_quote(4, refs, registers, NONCE, 0x10000001))
    put("tdx.json", json.dumps({"cc_eventlog": b64(log), "quote": b64(get("tdx.bin"))}))
    put("tdx-null.json", json.dumps({"cc_eventlog": None, "quote": b64(get("tdx.bin"))}))
    # Guests that differ: an event changed, one more, one less.
    for name, change in (("cmdline", lambda e: changed(e)), ("extra", lambda e: [e, added(e)]),
                         ("lacks", lambda e: [])):
        other, regs = [], [bytes(48)] * 4
        for e in events:
            tag = e[1] == 6 and b"LoadOptions" in e[3]
            got = change(e) if tag else e
            other += got if isinstance(got, list) else [got]
        for index, kind, digest, _ in other:
            if kind != 3:
                regs[index - 1] = extend(regs[index - 1], digest, "sha384")
        put("tdx-%s.json" % name, json.dumps({
            "cc_eventlog": b64(event_log(other, 0xC, 48, 1)),
            "quote": b64(td_quote(4, refs, regs, NONCE))}))
    # The events of another log than the quote's.
    put("tdx-log.json", json.dumps({"cc_eventlog": b64(event_log(events[:-1], 0xC, 48, 1)),
                                    "quote": b64(get("tdx.bin"))}))
    return registers


def changed(e):
    """The command line with nr_cpus=3, as a firmware before 202508 has it."""
    text = CMDLINE.replace("nr_cpus=1", "nr_cpus=3") + " initrd=initrd\0"
    return (e[0], e[1], hashlib.sha384(text.encode("utf-16-le")).digest(), e[3])


def added(e):
    return (e[0], e[1], hashlib.sha384(b"more").digest(), e[3].replace(b"LoadOptions", b"Loaded"))


def tpm_quote(pcrs, nonce, select=b"\xff\xff\xff"):
    attest = b"\xffTCG\x80\x18" + struct.pack(">H", 34) + b"\0\x0b" + b"\x33" * 32
    attest += struct.pack(">H", len(nonce)) + nonce + bytes(17) + bytes(8)
    attest += struct.pack(">IHB", 1, 0xB, 3) + select
    bits = int.from_bytes(select, "little")
    chosen = b"".join(p for i, p in enumerate(pcrs) if bits >> i & 1)
    return attest + struct.pack(">H", 32) + hashlib.sha256(chosen).digest()


def tpm():
    key("ak", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    spki = run("openssl", "pkey", "-in", "ak.key", "-pubout", "-outform", "DER")
    put("ak.pem", run("openssl", "pkey", "-in", "ak.key", "-pubout"))
    pcrs = [bytes(32)] * 24
    events = [(4, 0x80000007, hashlib.sha256(b"Calling").digest(), b"Calling"),
              (9, 6, hashlib.sha256(b"initrd").digest(), b"Linux initrd")]
    for index, _, digest, _ in events:
        pcrs[index] = extend(pcrs[index], digest, "sha256")
    pcrs[8] = extend(bytes(32), hashlib.sha384(get("initdata.toml")).digest()[:32], "sha256")
    put("tpm.log", event_log(events, 0xB, 32, 0))
    message = tpm_quote(pcrs, NONCE[:32])
    sig = sign("ak", message, "sha256")
    tpmt = struct.pack(">HHH", 0x14, 0xB, len(sig)) + sig
    form = lambda m, s: {"ak_public": b64(spki), "tpm_quote": {
        "message": b64(m), "signature": b64(s), "pcrs": [p.hex() for p in pcrs]}}
    put("tpm.json", json.dumps(form(message, tpmt)))
    # A quote that covers only some PCRs.
    some = tpm_quote(pcrs, NONCE[:32], b"\x10\x00\x00")
    sig = sign("ak", some, "sha256")
    put("tpm-some.json", json.dumps(
        form(some, struct.pack(">HHH", 0x14, 0xB, len(sig)) + sig)))
    return pcrs


def azure(pcrs, refs, registers, measurement):
    text = run("openssl", "rsa", "-in", "ak.key", "-noout", "-modulus").decode()
    n = bytes.fromhex(text.split("=")[1].strip())
    nopad = lambda p: b64url(p).rstrip("=")
    runtime = json.dumps({"keys": [{"kid": "HCLAkPub", "kty": "RSA", "n": nopad(n),
                                    "e": nopad(b"\1\0\1")}],
                          "user-data": (NONCE + bytes(16)).hex().upper()}).encode()
    bound = hashlib.sha256(runtime).digest()
    message = tpm_quote(pcrs, NONCE)
    quote = {"signature": sign("ak", message, "sha256").hex(), "message": message.hex(),
             "pcrs": [p.hex() for p in pcrs]}

    def hcl(kind, hw):
        head = b"HCLA" + struct.pack("<IIII", 2, 1216 + 20 + len(runtime), 1, 0) + bytes(12)
        return head + hw.ljust(1184, b"\0") + struct.pack(
            "<IIIII", 20 + len(runtime), 1, kind, 1, len(runtime)) + runtime

    report = snp_report(measurement, bound, "vcek")
    put("az-snp.json", json.dumps({"version": 2, "tpm_quote": quote,
                                   "hcl_report": b64url(hcl(2, report)),
                                   "vcek": b64url(der("vcek"))}))
    tdreport = bytearray(1024)
    tdreport[0] = 0x81
    tdreport[128 : 160] = bound
    put("az-tdx.json", json.dumps({"version": 2, "tpm_quote": quote,
                                   "hcl_report": b64url(hcl(4, bytes(tdreport))),
                                   "td_quote": b64url(td_quote(4, refs, registers, bound))}))


def se():
    k, tags, cuid, user = b"\x41" * 64, bytes(range(208)), b"\5" * 16, b"\7" * 64
    add = b"\x0a" * 32 + b"\x0b" * 32
    lengths = struct.pack(">HHI", len(user), 0, len(add))
    m = hmac.new(k, tags + cuid + lengths + user + b"\x08" * 16 + add, "sha512").digest()
    put("se.key", k)
    put("se.nonce", b"\x08" * 16)
    put("se.json", json.dumps({
        "measurement": b64(m), "additional_data": b64(add), "user_data": b64(user),
        "cuid": b64(cuid), "encr_measurement_key": b64(b"k"), "encr_request_nonce": b64(b"n"),
        "image_hdr_tags": b64(tags)}))


def main():
    global CMDLINE
    with open(sys.argv[2]) as f:
        snp_refs = json.load(f)
    with open(sys.argv[3]) as f:
        td_refs = json.load(f)
    CMDLINE = td_refs["cmdline"]["text"]
    os.chdir(sys.argv[1])
    measurement = bytes.fromhex(snp_refs["registers"]["measurement"]["value"])
    put("initdata.toml", 'version = "0.1.0"\nalgorithm = "sha384"\n[data]\n')
    amd()
    put("snp.bin", snp_report(measurement, NONCE, "vcek"))
    put("snp-turin.bin", snp_report(measurement, NONCE, "vcek-turin", turin=True))
    put("snp-debug.bin", snp_report(measurement, NONCE, "vcek", debug=1))
    put("snp-vmpl.bin", snp_report(measurement, NONCE, "vcek", vmpl=2))
    chain = [("VCEK", "vcek"), ("ASK", "ask")]
    put("snp.json", json.dumps(snp_json(get("snp.bin"), chain)))
    put("snp-null.json", json.dumps(dict(snp_json(get("snp.bin"), []), cert_chain=None)))
    registers = tdx(td_refs)
    azure(tpm(), td_refs, registers, measurement)
    se()
    put("sample.json", json.dumps({"svn": "1", "report_data": b64(NONCE)}))


main()
