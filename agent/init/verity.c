#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/fd.h"
#include "base/str.h"
#include "init/verity.h"

enum {
	SECTOR = 512,
	WORDS_MAX = 1024,
	SHIFT_MINOR = 12
};

enum field {
	ROOT_HASH,
	SALT,
	DATA_BLOCKS,
	DATA_BLOCK_SIZE,
	HASH_BLOCK_SIZE,
	N_FIELDS
};

static const char *const names[N_FIELDS] = { "root_hash", "salt", "data_blocks",
	"data_block_size", "hash_block_size" };

/* An even number of digits, at most max; copied in lower case. */
static int
read_hex(const char *s, size_t max, char *dst)
{
	size_t len = strlen(s);

	if (len == 0 || len > max || len % 2 != 0 ||
	    s[strspn(s, "0123456789abcdefABCDEF")] != '\0')
		return -1;
	for (size_t i = 0; i <= len; i++)
		dst[i] = (char)(s[i] >= 'A' && s[i] <= 'F' ? s[i] + 'a' - 'A'
							   : s[i]);
	return 0;
}

static int
read_block_size(const char *s, uint32_t *ret)
{
	uint64_t v;

	if (str_starts(s, "0x") || str_u64(s, VERITY_BLOCK_MAX, &v) < 0 ||
	    v < VERITY_BLOCK_MIN || (v & (v - 1)) != 0)
		return -1;
	*ret = (uint32_t)v;
	return 0;
}

static int
read_field(struct verity *v, enum field f, const char *value)
{
	switch (f) {
	case ROOT_HASH:
		return strlen(value) == sizeof(v->root_hash) - 1
			   ? read_hex(value, sizeof(v->root_hash) - 1,
				 v->root_hash)
			   : -1;
	case SALT:
		return read_hex(value, sizeof(v->salt) - 1, v->salt);
	case DATA_BLOCKS:
		/* So that the size in bytes is a number, too. */
		if (str_starts(value, "0x") ||
		    str_u64(value, INT64_MAX / VERITY_BLOCK_MAX,
			&v->data_blocks) < 0)
			return -1;
		return v->data_blocks > 0 ? 0 : -1;
	case DATA_BLOCK_SIZE:
		return read_block_size(value, &v->data_block_size);
	case HASH_BLOCK_SIZE:
		return read_block_size(value, &v->hash_block_size);
	default:
		return -1;
	}
}

static int
read_word(struct verity *v, bool seen[N_FIELDS], char *word, struct err *e)
{
	char *eq = strchr(word, '=');
	int f = 0;

	if (eq != NULL)
		*eq++ = '\0';
	while (f < N_FIELDS && !str_eq(word, names[f]))
		f++;
	if (f == N_FIELDS || eq == NULL)
		return err_set(e, ERR_SYNTAX, "%s is no word of verity",
		    STR_QUOTED(word));
	if (seen[f])
		return err_set(e, ERR_SYNTAX, "%s is there twice", word);
	if (read_field(v, (enum field)f, eq) < 0)
		return err_set(e, ERR_SYNTAX,
		    "%s=%s is not a value it can have", word, STR_QUOTED(eq));
	seen[f] = true;
	return 0;
}

int
verity_parse(const char *words, struct verity *ret, struct err *e)
{
	bool seen[N_FIELDS] = { false };
	struct verity v = { .data_blocks = 0 };
	char text[WORDS_MAX];
	char *at = text, *comma;

	if (str_copy(text, sizeof(text), words) < 0)
		return err_set(e, ERR_SYNTAX, "words of more than %d bytes",
		    WORDS_MAX - 1);
	for (; at != NULL; at = comma) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (read_word(&v, seen, at, e) < 0)
			return -1;
	}
	for (int f = 0; f < N_FIELDS; f++) {
		if (!seen[f])
			return err_set(e, ERR_SYNTAX, "%s is missing",
			    names[f]);
	}
	*ret = v;
	return 0;
}

uint64_t
verity_sectors(const struct verity *v)
{
	return v->data_blocks * (v->data_block_size / SECTOR);
}

void
verity_table(const struct verity *v, const char *data, const char *hash,
    char ret[VERITY_TABLE_MAX])
{
	/* Its longest is some 700 bytes, so it fits. */
	if (str_format(ret, VERITY_TABLE_MAX,
		"1 %.*s %.*s %u %u %llu 0 sha256 %s %s", VERITY_DEV_MAX, data,
		VERITY_DEV_MAX, hash, v->data_block_size, v->hash_block_size,
		(unsigned long long)v->data_blocks, v->root_hash, v->salt) < 0)
		*ret = '\0';
}

/* What the mapper's calls take: a header, one target and its table. */
struct request {
	struct dm_ioctl head;
	alignas(8) struct dm_target_spec target;
	char table[VERITY_TABLE_MAX];
};

static int
call(int fd, unsigned long command, const char *what, const char *name,
    uint32_t flags, struct request *r, struct err *e)
{
	struct dm_ioctl *h = &r->head;

	memset(h, 0, sizeof(*h));
	h->version[0] = DM_VERSION_MAJOR;
	h->data_size = sizeof(*r);
	h->data_start = offsetof(struct request, target);
	h->flags = flags;
	h->target_count = 1;
	if (str_copy(h->name, sizeof(h->name), name) < 0)
		return err_set(e, ERR_LIMIT, "the name %s is too long",
		    STR_QUOTED(name));
	if (ioctl(fd, command, r) < 0)
		return err_sys(e, "%s the mapper's device", what);
	return 0;
}

/* The minor number of a device as the kernel's huge_encode_dev() has it. */
static unsigned
minor_of(uint64_t dev)
{
	return (unsigned)((dev & 0xff) | ((dev >> SHIFT_MINOR) & ~0xffUL));
}

int
verity_open(const char *name, const struct verity *v, const char *data,
    const char *hash, char ret_node[VERITY_NODE_MAX], struct err *e)
{
	AUTO_FD int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct request r = { .target = { .length = verity_sectors(v),
				 .target_type = "verity" } };

	if (fd < 0)
		return err_sys(e, "open /dev/mapper/control");
	verity_table(v, data, hash, r.table);
	if (call(fd, DM_DEV_CREATE, "make", name, 0, &r, e) < 0 ||
	    call(fd, DM_TABLE_LOAD, "describe", name, DM_READONLY_FLAG, &r, e) <
		0 ||
	    call(fd, DM_DEV_SUSPEND, "start", name, 0, &r, e) < 0)
		return -1;
	return str_format(ret_node, VERITY_NODE_MAX, "/dev/dm-%u",
		   minor_of(r.head.dev)) < 0
		   ? err_set(e, ERR_INTERNAL, "the node's name is too long")
		   : 0;
}
