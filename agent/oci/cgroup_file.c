#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup_file.h"
#include "oci/limits.h"

enum {
	NUMBER_MAX = 24
};

bool
cgroup_file_exists(int dirfd, const char *name)
{
	return faccessat(dirfd, name, F_OK, 0) == 0;
}

int
cgroup_file_read(int dirfd, const char *name, struct buf *b, struct err *e)
{
	buf_clear(b);
	return fd_read_file(dirfd, name, b, e);
}

/* Take bytes up to one of stop; the stopping byte is taken too. */
static struct span
take_until(struct span *s, const char *stop)
{
	size_t n = 0;
	struct span part;

	while (n < span_len(s) && strchr(stop, s->p[n]) == NULL)
		n++;
	part = span_take(s, n);
	if (span_len(s) > 0)
		span_skip(s, 1);
	return part;
}

struct span
cgroup_file_line(struct span *text)
{
	return take_until(text, "\n");
}

struct span
cgroup_file_word(struct span *line)
{
	return take_until(line, " ");
}

int
cgroup_file_number(struct span word, uint64_t *ret)
{
	char text[NUMBER_MAX];
	size_t n = span_len(&word);

	if (n == 0 || n >= sizeof(text))
		return -1;
	memcpy(text, word.p, n);
	text[n] = '\0';
	if (str_eq(text, "max")) {
		*ret = CGROUP_MAX;
		return 0;
	}
	return str_u64(text, UINT64_MAX, ret);
}

uint64_t
cgroup_file_key(struct span text, const char *key, uint64_t absent)
{
	uint64_t v;

	while (span_len(&text) > 0) {
		struct span line = cgroup_file_line(&text);
		struct span name = cgroup_file_word(&line);

		if (span_equals(&name, key, strlen(key)) &&
		    cgroup_file_number(cgroup_file_word(&line), &v) == 0)
			return v;
	}
	return absent;
}

uint64_t
cgroup_file_u64(int dirfd, const char *name, uint64_t absent)
{
	struct buf b;
	struct err e;
	struct span text;
	uint64_t v = absent;

	buf_init(&b, OCI_CGROUP_FILE_MAX);
	if (fd_read_file(dirfd, name, &b, &e) == 0) {
		text = span_of(b.p, b.len);
		if (cgroup_file_number(cgroup_file_line(&text), &v) < 0)
			v = absent;
	}
	buf_release(&b);
	return v;
}
