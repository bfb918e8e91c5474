#!/usr/bin/env python3
"""MRTD of a TDX firmware, recomputed from the specifications alone.

Usage: mrtd.py FIRMWARE [two-pass] [clh]

Follows the Intel TDX Module ABI (TDH.MEM.PAGE.ADD, TDH.MR.EXTEND) and the
metadata of the TDX Virtual Firmware Design Guide. It shares no code with the
tool that it checks, and trusts its input.
"""
import hashlib
import struct
import sys
import uuid

PAGE, CHUNK = 4096, 256
FOOTER = uuid.UUID("96b582de-1fb2-45f7-baea-a366c55a082d").bytes_le
OFFSET = uuid.UUID("e47a6535-984a-4798-865e-4685a7bf8ec2").bytes_le


def descriptor(image):
    """The offset of 'TDVF': by the GUID table, read backwards."""
    end = len(image) - 0x20
    if image[end - 16:end] != FOOTER:
        return struct.unpack_from("<I", image, end)[0]
    length = struct.unpack_from("<H", image, end - 18)[0]
    start, at = end - length, end - 18
    while at > start:
        size = struct.unpack_from("<H", image, at - 18)[0]
        if image[at - 16:at] == OFFSET:
            return len(image) - struct.unpack_from("<I", image, at - size)[0]
        at -= size
    sys.exit("no TDX metadata")


def record(name, gpa):
    return name.ljust(16, b"\0") + struct.pack("<Q", gpa) + bytes(104)


def add(h, gpa):
    h.update(record(b"MEM.PAGE.ADD", gpa))


def extend(h, gpa, page):
    for i in range(0, PAGE, CHUNK):
        h.update(record(b"MR.EXTEND", gpa + i) + page[i:i + CHUNK])


def mrtd(image, two_pass, clh):
    h = hashlib.sha384()
    at = descriptor(image)
    magic, _, version, n = struct.unpack_from("<4sIII", image, at)
    assert magic == b"TDVF" and version == 1
    for i in range(n):
        offset, raw, gpa, size, _, attributes = struct.unpack_from(
            "<IIQQII", image, at + 16 + 32 * i)
        data = image[offset:offset + raw].ljust(size, b"\0")
        steps = [(attributes & 2 == 0, attributes & 1)]
        if clh:
            steps = [(True, attributes == 1)]
        if two_pass:
            steps = [(steps[0][0], 0), (False, steps[0][1])]
        for adds, extends in steps:
            for p in range(0, size, PAGE):
                if adds:
                    add(h, gpa + p)
                if extends:
                    extend(h, gpa + p, data[p:p + PAGE])
    return h.hexdigest()


with open(sys.argv[1], "rb") as firmware:
    print(mrtd(firmware.read(), "two-pass" in sys.argv[2:],
               "clh" in sys.argv[2:]))
