#include <string.h>

#include "base/str.h"
#include "measurements/qemu/guest.h"
#include "tests/lib/tap.h"

static struct arena a;
static const char *const *words_of;
static struct err e;
static struct guest g = { .qemu = "qemu",
	.machine = "q35",
	.accel = "tcg",
	.cpu = "max" };

static void
make(enum guest_template template, uint32_t vcpus, uint64_t memory)
{
	arena_release(&a);
	arena_init(&a, 1 << 20);
	g.template = template;
	EQ_INT(guest_argv(&g, vcpus, memory, &a, &words_of, &e), 0);
}

/* How many words begin so. */
static int
count(const char *prefix)
{
	int n = 0;

	for (size_t i = 0; words_of[i] != NULL; i++)
		n += str_starts(words_of[i], prefix);
	return n;
}

TEST(every_template_ends_as_a_machine_that_does_not_run)
{
	static const enum guest_template all[] = { GUEST_BARE, GUEST_KATA_GO,
		GUEST_KATA_RS };

	for (size_t i = 0; i < 3; i++) {
		make(all[i], 4, UINT64_C(3) << 30);
		EQ_STR(words_of[0], "qemu");
		EQ_INT(count("-S"), 1);
		EQ_INT(count("-qtest"), 2);
		EQ_INT(count("3072M"), 1);
		EQ_INT(count("q35,smm=off,pic=off,accel=tcg"), 1);
		for (size_t k = 0; words_of[k] != NULL; k++)
			OK(strchr(words_of[k], '@') == NULL);
	}
	arena_release(&a);
}

TEST(disks_stand_where_kata_has_them)
{
	size_t at = 0;

	g.disks = 2;
	g.initdata = true;
	g.kernel = "K";
	make(GUEST_KATA_GO, 2, UINT64_C(1) << 30);
	EQ_INT(count("virtio-blk-pci,drive=disk"), 2);
	EQ_INT(count("virtio-blk-pci,drive=initdata"), 1);
	EQ_INT(count("2,cores=1,threads=1,sockets=2"), 1);
	EQ_INT(count("-kernel"), 1);
	while (!str_starts(words_of[at], "virtio-blk-pci,drive=initdata"))
		at++;
	EQ_STR(words_of[at - 2],
	    "virtio-scsi-pci,id=scsi0,disable-modern=false");
	make(GUEST_KATA_RS, 2, UINT64_C(1) << 30);
	EQ_INT(count("virtio-blk-pci,drive=disk"), 2);
	EQ_INT(count("virtio-blk-pci,drive=initdata"), 0);
	g.kernel = NULL;
	arena_release(&a);
}

TEST(a_given_line_has_two_marks)
{
	static const char *const words[] = { "q", "-m", "@MEMORY@M", "-smp",
		"@VCPUS@,sockets=@VCPUS@", "@DISKS@", "@CPU@", NULL };

	g.words = words;
	make(GUEST_GIVEN, 7, UINT64_C(5) << 20);
	EQ_STR(words_of[2], "5M");
	EQ_STR(words_of[4], "7,sockets=7");
	EQ_STR(words_of[5], "@DISKS@");
	EQ_STR(words_of[6], "@CPU@");
	arena_release(&a);
}

TEST(limits)
{
	static const char *many[GUEST_WORDS + 1];

	EQ_INT(guest_argv(&g, 1, 4097, &a, &words_of, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(guest_argv(&g, 1, 0, &a, &words_of, &e), -1);
	for (int i = 0; i < GUEST_WORDS; i++)
		many[i] = "x";
	g.words = many;
	g.template = GUEST_GIVEN;
	arena_init(&a, 1 << 20);
	EQ_INT(guest_argv(&g, 1, 1 << 20, &a, &words_of, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	arena_release(&a);
	/* A mark that brings itself back does not go on for ever. */
	arena_init(&a, 1 << 20);
	g.template = GUEST_BARE;
	g.machine = "@MACHINE@x";
	EQ_INT(guest_argv(&g, 1, 1 << 20, &a, &words_of, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	g.machine = "q35";
	arena_release(&a);
}

TAP_MAIN
