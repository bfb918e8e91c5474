#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "crypto/sha2.h"
#include "measurements/cli/acpi_dump.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/format/smbios.h"
#include "measurements/qemu/guest.h"
#include "measurements/qemu/platform.h"

enum {
	ARENA_MAX = 4 * 1024 * 1024,
	TYPE_PROCESSOR = 4, /* of SMBIOS, and where its ID is */
	PROCESSOR_ID = 8,
	PROCESSOR_ID_LEN = 8
};

enum option {
	OPT_OUT,
	OPT_QEMU,
	OPT_KATA,
	OPT_DISKS,
	OPT_INITDATA,
	OPT_KERNEL,
	OPT_MACHINE,
	OPT_CPU,
	OPT_ACCEL,
	OPT_VCPUS,
	OPT_MEMORY,
	OPT_FIRMWARE,
	OPT_PHYS_BITS,
	OPT_PROCESSOR_ID,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_OUT] = { "out", "DIR", "where the files go, a folder each shape" },
	[OPT_QEMU] = { "qemu", "PROGRAM",
	    "the QEMU that will run (qemu-system-x86_64)" },
	[OPT_KATA] = { "kata", "go|rs",
	    "the devices of Kata's TDX class, by either runtime" },
	[OPT_DISKS] = { "disks", "N",
	    "with --kata: image and extensions of the guest (0)" },
	[OPT_INITDATA] = { "initdata", NULL,
	    "with --kata: a disk with initdata" },
	[OPT_KERNEL] = { "kernel", "FILE",
	    "QEMU's -kernel, for the boot order alone" },
	[OPT_MACHINE] = { "machine", "NAME", "QEMU's machine (q35)" },
	[OPT_CPU] = { "cpu", "NAME", "QEMU's -cpu (max,vendor=GenuineIntel)" },
	[OPT_ACCEL] = { "accel", "NAME",
	    "tcg, or kvm on a host like the guest's (tcg)" },
	[OPT_VCPUS] = { "vcpus", "LIST", "4, or 1,2,4, or 1..32 (1)" },
	[OPT_MEMORY] = { "memory", "LIST", "2G, or 512M,2G,8G (2G)" },
	[OPT_FIRMWARE] = { "firmware", "NAME",
	    "ovmf, ovmf-202302 (or older), seabios (ovmf)" },
	[OPT_PHYS_BITS] = { "phys-bits", "N",
	    "address bits that OVMF uses; 0: it cannot tell (46)" },
	[OPT_PROCESSOR_ID] = { "processor-id", "HEX",
	    "of the host, as dmidecode -t 4 tells it, 16 digits" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

struct dump {
	const char *v[N_OPTIONS];
	struct guest guest;
	enum platform_firmware firmware;
	unsigned bits;
	uint8_t processor_id[PROCESSOR_ID_LEN];
	struct shapes shapes;
};

/* What each template takes; a command line that is given takes nothing. */
static int
check_template(const struct dump *d, struct err *e)
{
	static const enum option kata_only[] = { OPT_DISKS, OPT_INITDATA };
	static const enum option ours[] = { OPT_QEMU, OPT_KATA, OPT_KERNEL,
		OPT_MACHINE, OPT_CPU, OPT_ACCEL };

	for (size_t i = 0; i < sizeof(kata_only) / sizeof(kata_only[0]); i++)
		if (d->v[kata_only[i]] && !d->v[OPT_KATA])
			return err_set(e, ERR_ARGUMENT, "--%s without --kata",
			    options[kata_only[i]].name);
	if (d->guest.template != GUEST_GIVEN)
		return 0;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (d->v[ours[i]])
			return err_set(e, ERR_ARGUMENT,
			    "--%s and a command line of its own",
			    options[ours[i]].name);
	if (d->guest.words[0] == NULL)
		return err_set(e, ERR_ARGUMENT, "no command line after --");
	return 0;
}

static int
read_names(struct dump *d, struct err *e)
{
	const char *kata = d->v[OPT_KATA], *firmware = d->v[OPT_FIRMWARE];

	if (kata != NULL && !str_eq(kata, "go") && !str_eq(kata, "rs"))
		return err_set(e, ERR_ARGUMENT, "--kata %s: not go or rs",
		    STR_QUOTED(kata));
	if (kata != NULL)
		d->guest.template =
		    str_eq(kata, "go") ? GUEST_KATA_GO : GUEST_KATA_RS;
	if (firmware != NULL &&
	    platform_firmware_parse(firmware, &d->firmware, e) < 0)
		return -1;
	return 0;
}

static int
read_numbers(struct dump *d, struct err *e)
{
	const char *bits = d->v[OPT_PHYS_BITS], *disks = d->v[OPT_DISKS];
	uint64_t v = PCIWINDOW_BITS;

	if (bits != NULL &&
	    (str_u64(bits, PCIWINDOW_BITS_MAX, &v) < 0 ||
		(v != PCIWINDOW_CLASSIC && v < PCIWINDOW_BITS_MIN)))
		return err_set(e, ERR_ARGUMENT,
		    "--phys-bits %s: not 0 or a number from %d to %d",
		    STR_QUOTED(bits), PCIWINDOW_BITS_MIN, PCIWINDOW_BITS_MAX);
	d->bits = (unsigned)v;
	v = 0;
	if (disks != NULL && str_u64(disks, GUEST_DISKS, &v) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--disks %s: not a number up to %d", STR_QUOTED(disks),
		    GUEST_DISKS);
	d->guest.disks = (unsigned)v;
	if (d->v[OPT_PROCESSOR_ID] != NULL &&
	    hex_decode(d->v[OPT_PROCESSOR_ID], strlen(d->v[OPT_PROCESSOR_ID]),
		d->processor_id, PROCESSOR_ID_LEN) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--processor-id %s: not 16 hexadecimal digits",
		    STR_QUOTED(d->v[OPT_PROCESSOR_ID]));
	return shapes_parse(d->v[OPT_VCPUS],
	    d->v[OPT_MEMORY] ? d->v[OPT_MEMORY] : "2G", &d->shapes, e);
}

static int
read_options(struct dump *d, char **argv, struct err *e)
{
	char **words = argv;
	const char *const *v = d->v;

	while (*words != NULL && !str_eq(*words, "--"))
		words++;
	d->guest.template = GUEST_BARE;
	if (*words != NULL) {
		d->guest.template = GUEST_GIVEN;
		*words++ = NULL;
		d->guest.words = (const char *const *)words;
	}
	if (opt_parse(options, N_OPTIONS, argv, d->v, e) < 0)
		return -1;
	if (v[OPT_HELP] != NULL)
		return 0;
	if (v[OPT_OUT] == NULL)
		return err_set(e, ERR_ARGUMENT, "--out is missing");
	if (check_template(d, e) < 0 || read_names(d, e) < 0)
		return -1;
	d->guest.qemu = v[OPT_QEMU] ? v[OPT_QEMU] : "qemu-system-x86_64";
	d->guest.machine = v[OPT_MACHINE] ? v[OPT_MACHINE] : "q35";
	d->guest.cpu = v[OPT_CPU] ? v[OPT_CPU] : "max,vendor=GenuineIntel";
	d->guest.accel = v[OPT_ACCEL] ? v[OPT_ACCEL] : "tcg";
	d->guest.kernel = v[OPT_KERNEL];
	d->guest.initdata = v[OPT_INITDATA] != NULL;
	return read_numbers(d, e);
}

int
acpi_dump_path(const char *dir, const struct shape *s, const char *file,
    char ret_path[static ACPI_DUMP_PATH], struct err *e)
{
	char memory[SHAPE_MEMORY_SIZE];

	shape_memory(s->memory, memory);
	if (str_format(ret_path, ACPI_DUMP_PATH, "%s/%s-%" PRIu32 "%s%s", dir,
		memory, s->vcpus, *file ? "/" : "", file) == 0)
		return 0;
	return err_set(e, ERR_LIMIT, "%s: a path of more than %d bytes",
	    STR_QUOTED(dir), ACPI_DUMP_PATH);
}

/* A folder that may be there. */
static int
make_dir(const char *path, struct err *e)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	return err_sys(e, "make the folder %s", STR_QUOTED(path));
}

static int
write_file(const char *path, const struct buf *b, struct err *e)
{
	AUTO_FD int fd = -1;

	if (b->len == 0) {
		if (unlink(path) == 0 || errno == ENOENT)
			return 0;
		return err_sys(e, "remove %s", STR_QUOTED(path));
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, b->p, b->len) < 0)
		return err_sys(e, "write %s", STR_QUOTED(path));
	return 0;
}

/* One line: the folder, the window, and the digest of the tables. */
static void
print_shape(const char *dir, const struct platform *p)
{
	const struct buf *tables = &p->blobs[PLATFORM_TABLES];
	uint8_t digest[SHA2_384_LEN];
	char hex[HEX_SIZE(SHA2_384_LEN)];

	sha2_digest(SHA2_384, tables->p, tables->len, digest);
	hex_encode(digest, sizeof(digest), hex);
	printf("%s  window 0x%" PRIx64 "  %s sha384 %s\n", dir, p->window,
	    platform_blob_name(PLATFORM_TABLES), hex);
}

static int
write_shape(const struct dump *d, const struct shape *s,
    const struct platform *p, struct err *e)
{
	char path[ACPI_DUMP_PATH];

	if (acpi_dump_path(d->v[OPT_OUT], s, "", path, e) < 0 ||
	    make_dir(d->v[OPT_OUT], e) < 0 || make_dir(path, e) < 0)
		return -1;
	print_shape(path, p);
	for (int i = 0; i < PLATFORM_BLOBS; i++)
		if (acpi_dump_path(d->v[OPT_OUT], s,
			platform_blob_file((enum platform_blob)i), path,
			e) < 0 ||
		    write_file(path, &p->blobs[i], e) < 0)
			return -1;
	return 0;
}

/*
 * Processors as CPUID 1 tells them, EAX and EDX, which an emulated one cannot
 * have of a host that is elsewhere.
 */
static int
set_processor(const struct dump *d, struct buf *smbios, struct err *e)
{
	struct span s = span_of(smbios->p, smbios->len);
	struct smbios x;
	int rc;

	while ((rc = smbios_next(&s, &x, e)) > 0)
		if (x.type == TYPE_PROCESSOR &&
		    x.len >= PROCESSOR_ID + PROCESSOR_ID_LEN)
			memcpy(smbios->p + (x.bytes.p - smbios->p) +
				   PROCESSOR_ID,
			    d->processor_id, PROCESSOR_ID_LEN);
	return rc;
}

static int
dump_shape(const struct dump *d, const struct shape *s, struct err *e)
{
	const char *const *argv;
	struct platform p;
	struct arena a;
	int rc;

	platform_init(&p);
	arena_init(&a, ARENA_MAX);
	rc = guest_argv(&d->guest, s->vcpus, s->memory, &a, &argv, e);
	if (rc == 0)
		rc = platform_dump(argv, d->firmware, d->bits, &p, e);
	if (rc == 0 && d->v[OPT_PROCESSOR_ID] != NULL)
		rc = set_processor(d, &p.blobs[PLATFORM_SMBIOS], e);
	if (rc == 0)
		rc = write_shape(d, s, &p, e);
	arena_release(&a);
	platform_release(&p);
	return rc;
}

static void
help(struct buf *b)
{
	buf_add_str(b,
	    "usage: husk acpi-dump --out DIR [option ...]\n"
	    "       husk acpi-dump --out DIR [option ...] -- QEMU ARGUMENT...\n"
	    "\n"
	    "Write what this QEMU hands to firmware, for husk measure --acpi "
	    "DIR. The machine\nis q35 without devices, Kata's, or what the "
	    "command line after -- makes; in it\n@VCPUS@ and @MEMORY@ (MiB) "
	    "stand for the shape. No guest runs. (Defaults in\n"
	    "parentheses.)\n\n");
	opt_help(options, N_OPTIONS, b);
	buf_add_str(b,
	    "\nExit codes: 0 done, 2 wrong usage, or QEMU failed.\n");
}

int
acpi_dump_main(int argc, char **argv)
{
	struct dump d = { .bits = 0 };
	struct buf b;
	struct err e;
	int rc;

	(void)argc;
	/* A QEMU that ends early is an error to tell, not the end of us. */
	signal(SIGPIPE, SIG_IGN);
	buf_init(&b, 64 * 1024);
	rc = read_options(&d, argv + 1, &e);
	if (rc == 0 && d.v[OPT_HELP] != NULL) {
		help(&b);
		fputs(buf_str(&b), stdout);
		d.shapes.n = 0;
	}
	for (size_t i = 0; rc == 0 && i < d.shapes.n; i++)
		rc = dump_shape(&d, &d.shapes.s[i], &e);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk acpi-dump: %s\n", e.msg);
	buf_release(&b);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
