"""fwcfg -- the items that a QEMU machine offers to its firmware

usage: fwcfg.py DIR FILE=NAME... -- QEMU ARGUMENT...

Starts QEMU without running the machine, sets the registers of q35 that the
tables depend on as OVMF does, and writes each item NAME to FILE in DIR. The
environment's MMIO64 is where the firmware puts the 64-bit window, SMM is on for
one that uses SMM; the disk is the device 1 on the bus. The processor may be
emulated: nothing runs.
"""
import os
import struct
import subprocess
import sys

BUFFER = 0x10000


class Machine:
    def __init__(self, argv):
        self.p = subprocess.Popen(argv + ["-S", "-qtest", "stdio",
                                         "-qtest-log", "/dev/null"],
                                  stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)

    def do(self, line):
        self.p.stdin.write(line + "\n")
        self.p.stdin.flush()
        while True:
            answer = self.p.stdout.readline()
            if not answer:
                sys.exit("fwcfg: QEMU ended")
            if answer.startswith("OK"):
                return answer.split()[1:]
            if answer.startswith("FAIL"):
                sys.exit("fwcfg: %s: %s" % (line, answer))

    def config(self, slot, function, offset, value, width):
        address = 0x80000000 | slot << 11 | function << 8 | offset & ~3
        self.do("outl 0xcf8 0x%x" % address)
        self.do("out%s 0x%x 0x%x" % ({1: "b", 2: "w", 4: "l"}[width],
                                     0xcfc + offset % 4, value))

    def transfer(self, selector, flags, size):
        at = 0x1000
        data = struct.pack(">IIQ", selector << 16 | 0x08 | flags, size, BUFFER)
        self.do("write 0x%x 16 0x%s" % (at, data.hex()))
        self.do("outl 0x514 0")
        self.do("outl 0x518 0x%x" % struct.unpack("<I",
                                                 struct.pack(">I", at))[0])

    def item(self, selector, size):
        self.transfer(selector, 0x02, size)
        answer = self.do("read 0x%x 0x%x" % (BUFFER, size))
        return bytes.fromhex(answer[0][2:])

    def put(self, selector, data):
        self.do("write 0x%x %d 0x%s" % (BUFFER, len(data), data.hex()))
        self.transfer(selector, 0x10, len(data))

    def negotiate_smi(self):
        """What OVMF with SMM does; the tables depend on the outcome."""
        known = {name: selector for name, selector, _ in self.items()}
        if "etc/smi/supported-features" not in known:
            return
        features = self.item(known["etc/smi/supported-features"], 8)
        self.put(known["etc/smi/requested-features"], features)
        self.item(known["etc/smi/features-ok"], 1)

    def items(self):
        n = struct.unpack(">I", self.item(0x19, 4))[0]
        raw = self.item(0x19, 4 + 64 * n)[4:]
        for i in range(n):
            size, selector = struct.unpack_from(">IH", raw, 64 * i)
            name = raw[64 * i + 8:64 * i + 64].split(b"\0")[0].decode()
            yield name, selector, size


def main():
    split = sys.argv.index("--")
    out = sys.argv[1]
    files = dict(reversed(a.split("=")) for a in sys.argv[2:split])
    base = int(os.environ["MMIO64"], 16)
    m = Machine(sys.argv[split + 1:])
    m.config(0, 0, 0x64, 0, 4)
    m.config(0, 0, 0x60, 0xe0000001, 4)
    m.config(31, 0, 0x40, 0x600, 4)
    m.config(31, 0, 0x44, 0x80, 1)
    # The window above 4 GiB begins at the lowest 64-bit BAR.
    m.config(1, 0, 0x20, base & 0xffffffff | 0xc, 4)
    m.config(1, 0, 0x24, base >> 32, 4)
    m.config(1, 0, 0x04, 0x107, 2)
    if os.environ["SMM"] == "on":
        m.negotiate_smi()
    for name, selector, size in m.items():
        if name in files:
            with open(os.path.join(out, files.pop(name)), "wb") as f:
                f.write(m.item(selector, size))
    m.p.kill()
    m.p.wait()
    if files:
        sys.exit("fwcfg: no item " + ", ".join(files))


main()
