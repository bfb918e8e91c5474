#!/usr/bin/env python3
"""Write into a folder what an SE image can be made of: a kernel that says that
it is one for s390x, an initrd, a command line, and keys. Always the same."""
import sys


def noise(seed, n):
    out = bytearray()
    x = seed
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(x >> 16 & 0xFF)
    return out


def main(folder):
    kernel = noise(1, 0x20000 + 123)
    kernel[0:4] = bytes(4)
    kernel[0x10008:0x1000E] = b"S390EP"
    kernel[0x10430:0x10438] = (4096).to_bytes(8, "big")
    files = {
        "kernel": kernel,
        "initrd": noise(2, 70001),
        "parmfile": b"panic=1 swiotlb=262144\n",
        "hdr-key": noise(3, 32),
        "image-key": noise(4, 64),
        "cck": noise(5, 32),
        "seed": noise(6, 40),
    }
    for name, data in files.items():
        with open(folder + "/" + name, "wb") as f:
            f.write(data)


main(sys.argv[1])
