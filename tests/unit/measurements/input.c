#include <sys/stat.h>

#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "tests/lib/tap.h"

static char dir[] = "/tmp/husk-input-XXXXXX", path[96];
static struct input in;
static struct err e;

/* A folder for this test, and the path of a name in it. */
static const char *
at(const char *name)
{
	if (path[0] == '\0')
		OK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
write_file(const char *name, size_t len)
{
	FILE *f = fopen(at(name), "w");

	OK(f != NULL);
	for (size_t i = 0; i < len; i++)
		fputc((int)(i & 0xff), f);
	fclose(f);
}

static void
done(void)
{
	unlink(path);
	rmdir(dir);
}

static void
expect_sha256(const char *expected)
{
	char text[HEX_SIZE(SHA2_256_LEN)];

	hex_encode(in.sha256, sizeof(in.sha256), text);
	EQ_STR(text, expected);
}

TEST(dev_null_is_an_empty_file)
{
	EQ_INT(input_hash("/dev/null", &in, &e), 0);
	EQ_INT(in.size, 0);
	expect_sha256("e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855");
}

TEST(hash_and_read_agree)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 200000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct input other;
		struct buf b;

		write_file("f", sizes[i]);
		buf_init(&b, sizes[i]);
		EQ_INT(input_hash(path, &in, &e), 0);
		EQ_INT(input_read(path, &b, &other, &e), 0);
		EQ_INT(in.size, sizes[i]);
		EQ_INT(other.size, sizes[i]);
		EQ_INT(b.len, sizes[i]);
		EQ_MEM(in.sha256, other.sha256, sizeof(in.sha256));
		buf_release(&b);
	}
	done();
}

TEST(what_is_mapped_may_be_changed_here_alone)
{
	struct input_map m;
	struct input other;

	write_file("f", 5000);
	EQ_INT(input_map(path, 4999, true, &m, &in, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(input_map(path, 5000, true, &m, &in, &e), 0);
	EQ_INT(m.len, 5000);
	m.p[0] ^= 1;
	EQ_INT(input_hash(path, &other, &e), 0);
	EQ_MEM(in.sha256, other.sha256, sizeof(in.sha256));
	input_unmap(&m);
	EQ_INT(m.p == NULL, 1);
	EQ_INT(input_map(path, 5000, false, &m, &in, &e), 0);
	EQ_INT(in.size, 5000);
	EQ_INT(in.sha256[0] | in.sha256[31], 0);
	input_unmap(&m);
	done();
	EQ_INT(input_map("/dev/null", 0, true, &m, &in, &e), 0);
	EQ_INT(m.len, 0);
	input_unmap(&m);
}

TEST(touching_changes_nothing)
{
	struct input_map m;

	write_file("f", 200000);
	EQ_INT(input_map(path, 200000, false, &m, &in, &e), 0);
	m.p[4096] = 99;
	input_touch(&m);
	for (size_t i = 0; i < m.len; i++)
		EQ_INT(m.p[i], i == 4096 ? 99 : (i & 0xff));
	input_unmap(&m);
	input_touch(&m);
	done();
}

TEST(reading_has_a_limit)
{
	struct buf b;

	write_file("f", 101);
	buf_init(&b, 100);
	EQ_INT(input_read(path, &b, &in, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&b);
	done();
}

TEST(refuses_what_is_no_file)
{
	EQ_INT(input_hash("/dev/zero", &in, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(input_hash("/", &in, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(mkfifo(at("pipe"), 0600), 0);
	EQ_INT(input_hash(path, &in, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	done();
	EQ_INT(input_hash("/no/such", &in, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(input_hash("", &in, &e), -1);
}

TAP_MAIN
