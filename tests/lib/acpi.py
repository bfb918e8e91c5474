#!/usr/bin/env python3
"""ACPI tables of QEMU against those that a guest has found.

Usage: acpi.py DUMP CONSOLE MOVED

DUMP has QEMU's blobs, CONSOLE what tests/lib/acpi-init printed. Every table of
the blob must be there with the same bytes, but for what the loader's commands
change: pointers, which must all move by one address, and checksums, which must
be right. MOVED is yes for a firmware that puts its own pointers into the FADT
besides. Says what differs; exit code 1.
"""
import re
import struct
import sys

COMMAND, ADD_POINTER = 128, 2
FADT_POINTERS = [(36, 4), (40, 4), (132, 8), (140, 8)]


def tables(blob):
    """Offset, name and bytes of each table but the root, which sysfs lacks."""
    at = 0
    while blob[at]:
        name, size = struct.unpack_from("<4sI", blob, at)
        if name != b"RSDT":
            yield at, name.decode(), blob[at:at + size]
        at += size


def pointers(loader):
    """Offset and size of each pointer that is added in the tables."""
    for at in range(0, len(loader), COMMAND):
        kind, file = struct.unpack_from("<I56s", loader, at)
        if kind == ADD_POINTER and file.rstrip(b"\0") == b"etc/acpi/tables":
            yield struct.unpack_from("<IB", loader, at + 4 + 2 * 56)


def number(table, at, size):
    return int.from_bytes(table[at:at + size], "little")


def compare(at, name, table, found, places, moved):
    if not found:
        yield f"{name}: the guest has none"
        return
    own = [(p - at, n) for p, n in places if at <= p < at + len(table)]
    masked = own + (FADT_POINTERS if moved and name == "FACP" else [])
    if name != "FACS":
        masked.append((9, 1))
        if sum(found) % 256:
            yield f"{name}: its checksum is wrong"
    a, b = bytearray(table), bytearray(found)
    for p, n in masked:
        a[p:p + n] = b[p:p + n] = bytes(n)
    if a != b:
        first = [i for i, (x, y) in enumerate(zip(a, b)) if x != y]
        yield f"{name}: {len(a)} bytes, found {len(b)}, differs at {first[:9]}"
    if not moved:
        for p, n in own:
            yield number(found, p, n) - number(table, p, n)


def main():
    dump, console, moved = sys.argv[1:]
    with open(dump + "/acpi-tables", "rb") as f:
        blob = f.read()
    with open(dump + "/acpi-loader", "rb") as f:
        places = list(pointers(f.read()))
    with open(console, encoding="latin-1") as f:
        seen = {n: bytes.fromhex(h) for n, h in re.findall(
            r"table (\w+) ([0-9a-f]+)\r?\n", f.read())}
    bases, bad, n = set(), [], 0
    for at, name, table in tables(blob):
        n += 1
        for result in compare(at, name, table, seen.get(name, b""), places,
                              moved == "yes"):
            (bad.append if isinstance(result, str) else bases.add)(result)
    if len(bases) > 1 or n < 5:
        bad.append(f"{n} tables, which are at {sorted(map(hex, bases))}")
    print("\n".join(bad) or f"{n} tables")
    sys.exit(bool(bad))


main()
