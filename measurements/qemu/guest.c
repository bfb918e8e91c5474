#include <string.h>

#include "base/str.h"
#include "measurements/qemu/guest.h"

enum {
	MIB = 1024 * 1024,
	VALUES = 2,    /* that any command line may ask for ... */
	ALL_VALUES = 6 /* ... and ours */
};

static const char *const bare[] = { "@QEMU@", "-machine",
	"@MACHINE@,smm=off,pic=off,accel=@ACCEL@,memory-backend=ram", "-cpu",
	"@CPU@", "-m", "@MEMORY@M", "-object",
	"memory-backend-ram,id=ram,size=@MEMORY@M,reserve=off", "-smp",
	"@VCPUS@", "-vga", "none", "-no-user-config", "-nodefaults", NULL };

/* Vsock and network are virtio-rng here. govmm: virtcontainers/qemu.go and
 * pkg/govmm, Kata 4.1. */
static const char *const kata_go[] = { "@QEMU@", "-machine",
	"@MACHINE@,smm=off,pic=off,accel=@ACCEL@", "-cpu", "@CPU@", "-m",
	"@MEMORY@M", "-device",
	"pcie-root-port,id=rp-pci-bridge-0,bus=pcie.0,chassis=16,slot=0,addr=2,"
	"multifunction=off,bus-reserve=0x1,pref64-reserve=1m,mem-reserve=1m,"
	"io-reserve=4k",
	"-device", "pcie-pci-bridge,bus=rp-pci-bridge-0,id=pci-bridge-0",
	"-device",
	"virtio-serial-pci,disable-modern=false,id=serial0,max_ports=2",
	"-device", "virtconsole,chardev=charconsole0,id=console0", "-chardev",
	"null,id=charconsole0", "@DISKS@", "-device",
	"virtio-scsi-pci,id=scsi0,disable-modern=false", "@INITDATA@",
	"-device", "virtio-rng-pci,disable-modern=false,bus=pcie.0", "-device",
	"virtio-rng-pci,disable-modern=false,bus=pcie.0", "-vga", "none",
	"-no-user-config", "-nodefaults", "-object",
	"memory-backend-ram,id=dimm1,size=@MEMORY@M,reserve=off", "-numa",
	"node,memdev=dimm1", "-smp",
	"@VCPUS@,cores=1,threads=1,sockets=@VCPUS@", NULL };

/* Likewise. runtime-rs: hypervisor/src/qemu/cmdline_generator.rs, Kata 4.1. */
static const char *const kata_rs[] = { "@QEMU@", "-smp", "@VCPUS@", "-machine",
	"@MACHINE@,smm=off,pic=off,accel=@ACCEL@,"
	"memory-backend=entire-guest-memory",
	"-cpu", "@CPU@", "-m", "@MEMORY@M", "-object",
	"memory-backend-ram,id=entire-guest-memory,size=@MEMORY@M,reserve=off",
	"-device", "virtio-rng-pci", "-device",
	"pci-bridge,bus=pcie.0,id=pci-bridge-0,chassis_nr=1,shpc=off,addr=2,"
	"io-reserve=4k,mem-reserve=1m,pref64-reserve=1m",
	"-device", "virtio-scsi-pci,id=scsi0", "-device", "virtio-rng-pci",
	"-device", "virtio-rng-pci", "@DISKS@", "-device",
	"virtio-serial-pci,id=serial0", "-chardev", "null,id=charconsole0",
	"-device", "virtconsole,chardev=charconsole0,id=console0", "-vga",
	"none", "-no-user-config", "-nodefaults", NULL };

static const char *const *const templates[] = { [GUEST_BARE] = bare,
	[GUEST_KATA_GO] = kata_go,
	[GUEST_KATA_RS] = kata_rs };

/* A machine that answers questions and never runs. */
static const char *const stopped[] = { "-display", "none", "-S", "-qtest",
	"stdio", "-qtest-log", "/dev/null", NULL };

struct line {
	const char **v;
	size_t n;
	struct arena *a;
	bool bad;
};

static void
add(struct line *l, const char *word)
{
	l->bad = l->bad || word == NULL || l->n == GUEST_WORDS;
	if (!l->bad)
		l->v[l->n++] = word;
}

static void
add_disk(struct line *l, const char *name)
{
	add(l, "-device");
	add(l, arena_printf(l->a,
		   "virtio-blk-pci,drive=%s,config-wce=off,serial=%s", name,
		   name));
	add(l, "-drive");
	add(l, arena_printf(l->a,
		   "id=%s,if=none,format=raw,readonly=on,file.driver=null-co,"
		   "file.size=1048576",
		   name));
}

/* word with every mark replaced by its value. */
static const char *
fill(struct arena *a, const char *word, const char *const (*marks)[2], size_t n)
{
	for (size_t i = 0; i < n && word != NULL; i++) {
		const char *at;

		while (word != NULL && (at = strstr(word, marks[i][0])) != NULL)
			word = arena_printf(a, "%.*s%s%s", (int)(at - word),
			    word, marks[i][1], at + strlen(marks[i][0]));
	}
	return word;
}

static void
add_template(struct line *l, const struct guest *g, const char *const *words,
    const char *const (*marks)[2])
{
	size_t n = g->template == GUEST_GIVEN ? VALUES : ALL_VALUES;

	for (; *words != NULL; words++) {
		if (g->template != GUEST_GIVEN && str_eq(*words, "@DISKS@")) {
			for (unsigned i = 0; i < g->disks; i++)
				add_disk(l, arena_printf(l->a, "disk%u", i));
		} else if (g->template != GUEST_GIVEN &&
			   str_eq(*words, "@INITDATA@")) {
			if (g->initdata)
				add_disk(l, "initdata");
		} else {
			add(l, fill(l->a, *words, marks, n));
		}
	}
}

int
guest_argv(const struct guest *g, uint32_t vcpus, uint64_t memory,
    struct arena *a, const char *const **ret_argv, struct err *e)
{
	const char *const marks[ALL_VALUES][2] = {
		{ "@VCPUS@", arena_printf(a, "%u", vcpus) },
		{ "@MEMORY@",
		    arena_printf(a, "%llu", (unsigned long long)memory / MIB) },
		{ "@QEMU@", g->qemu },
		{ "@MACHINE@", g->machine },
		{ "@ACCEL@", g->accel },
		{ "@CPU@", g->cpu },
	};
	const char *const *words =
	    g->template == GUEST_GIVEN ? g->words : templates[g->template];
	struct line l = { .a = a };

	if (memory == 0 || memory % MIB != 0)
		return err_set(e, ERR_ARGUMENT,
		    "memory of %llu bytes is not whole MiB",
		    (unsigned long long)memory);
	l.v = arena_array(a, GUEST_WORDS + 1, sizeof(*l.v));
	l.bad = l.v == NULL || marks[0][1] == NULL || marks[1][1] == NULL;
	if (!l.bad)
		add_template(&l, g, words, marks);
	if (g->template != GUEST_GIVEN && g->kernel != NULL) {
		add(&l, "-kernel");
		add(&l, g->kernel);
	}
	for (size_t i = 0; stopped[i] != NULL; i++)
		add(&l, stopped[i]);
	if (l.bad)
		return err_set(e, ERR_LIMIT,
		    "a command line of more than %d words, or too long a one",
		    GUEST_WORDS);
	*ret_argv = l.v;
	return 0;
}
