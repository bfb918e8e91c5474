#include "sandbox/uevent.h"
#include "tests/lib/tap.h"

static const char sample[] =
    "add@/devices/pci0000:00/0000:00:02.0/virtio1/block/vda\0ACTION=add\0"
    "DEVPATH=/devices/pci0000:00/0000:00:02.0/virtio1/block/vda\0"
    "SUBSYSTEM=block\0MAJOR=254\0MINOR=0\0DEVNAME=vda\0SEQNUM=7";

TEST(reads_a_kernel_message)
{
	struct uevent u;
	struct err e;

	EQ_INT(uevent_parse(sample, sizeof(sample), &u, &e), 0);
	EQ_STR(u.action, "add");
	EQ_STR(u.subsystem, "block");
	EQ_STR(u.devname, "vda");
	EQ_STR(u.devpath, "/devices/pci0000:00/0000:00:02.0/virtio1/block/vda");
}

TEST(missing_keys_are_empty)
{
	static const char s[] = "remove@/x\0ACTION=remove\0DEVPATH=/x";
	struct uevent u;
	struct err e;

	EQ_INT(uevent_parse(s, sizeof(s), &u, &e), 0);
	EQ_STR(u.devname, "");
	EQ_STR(u.subsystem, "");
}

TEST(refuses_other_forms)
{
	static const struct {
		const char *p;
		size_t len;
	} bad[] = {
		{ "", 0 },
		{ "", 1 },
		{ "add@/x", 6 },                     /* no end */
		{ "libudev\0\xfe\xed\xca\xfe", 13 }, /* udev's own messages */
		{ "@/x\0ACTION=add\0DEVPATH=/x", 26 },
		{ "add@/x\0ACTION=add", 18 },
		{ "add@/x\0DEVPATH=/x", 18 },
		{ "add@/x\0ACTION=add\0DEVPATH=x", 28 },
		{ "add@/x\0ACTIONS=add\0DEVPATH=/x", 30 },
	};
	struct uevent u;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(uevent_parse(bad[i].p, bad[i].len, &u, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
	}
}

/* Each prefix, in memory of exactly its size, so that ASan sees a read past. */
TEST(no_prefix_is_read_beyond_its_end)
{
	for (size_t n = 0; n <= sizeof(sample); n++) {
		char *copy = malloc(n + 1);
		struct uevent u;
		struct err e;

		memcpy(copy + 1, sample, n);
		(void)uevent_parse(copy + 1, n, &u, &e);
		free(copy);
	}
}

TAP_MAIN
