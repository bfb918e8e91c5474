"""tcglog -- a TPM's event log, from the memory of a guest and as RTMRs

usage: tcglog.py find MEMORY LOG	the log in the guest's memory, to a file
       tcglog.py rtmr JSON CC		"RTMR1 RTMR2" that the events in the
					output of husk replay lead to in a TD

Firmware keeps its log in memory that an operating system does not touch, with
the events of the end of boot services, which come too late for copies: so the
longest in memory is the one.

A TD has PCR 2 to 6 as RTMR1, with one separator, and PCR 8 to 15 as RTMR2; CC
is 1 when the UKI's stub measures into them, and else PCR 11 is left out.
"""
import hashlib
import json
import mmap
import struct
import sys

SIZES = {4: 20, 11: 32, 12: 48, 13: 64, 18: 32}
MARK = b"Spec ID Event03\0"


def event_end(memory, at):
    """The end of the event at that offset, or None for no event."""
    pcr, _, n = struct.unpack_from("<III", memory, at)
    if pcr > 23 or not 0 < n <= 5:
        return None
    at += 12
    for _ in range(n):
        alg = struct.unpack_from("<H", memory, at)[0]
        if alg not in SIZES:
            return None
        at += 2 + SIZES[alg]
    size = struct.unpack_from("<I", memory, at)[0]
    return at + 4 + size if size < 65536 else None


def find(path, output):
    best = b""
    with open(path, "rb") as f:
        memory = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
    at = memory.find(MARK)
    while at >= 0:
        start = at - 32
        size = struct.unpack_from("<I", memory, at - 4)[0]
        end = at + size if size < 256 else None
        last = start
        while end is not None and end + 64 < len(memory):
            last = end
            end = event_end(memory, end)
        if last - start > len(best):
            best = memory[start:last]
        at = memory.find(MARK, at + 1)
    with open(output, "wb") as f:
        f.write(best)


def rtmr(path, cc):
    values = {1: bytes(48), 2: bytes(48)}
    separators = 0
    with open(path, encoding="utf-8") as f:
        events = json.load(f)["events"]
    for e in events:
        pcr = int(e["register"].removeprefix("pcr"))
        if pcr in (0, 1, 7) or pcr == 11 and not cc:
            continue
        if e["type"] == "EV_SEPARATOR":
            separators += 1
            if separators > 1:
                continue
        which = 1 if pcr < 8 else 2
        values[which] = hashlib.sha384(
            values[which] + bytes.fromhex(e["digests"]["sha384"])).digest()
    print(values[1].hex(), values[2].hex())


if sys.argv[1] == "find":
    find(sys.argv[2], sys.argv[3])
else:
    rtmr(sys.argv[2], sys.argv[3] == "1")
