#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/spec.h"

/* Where we are in the text, for errors and for the fields still to be read. */
struct reader {
	const char *file;
	size_t line;
	char *rest;
	const struct spec_options *options;
};

__attribute__((format(printf, 2, 3))) static int
bad(const struct reader *r, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%zu: ", r->file, r->line);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return -1;
}

static void *
must(void *p)
{
	if (p == NULL) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return p;
}

/* The next field of the line, or NULL at its end. */
static char *
next_field(struct reader *r)
{
	char *field;

	do {
		field = strsep(&r->rest, " \t");
	} while (field != NULL && *field == '\0');
	return field;
}

static int
next_number(struct reader *r, const char *what, int base, uint32_t max,
    uint32_t *ret_n)
{
	const char *field = next_field(r);
	unsigned long n;
	char *end;

	if (field == NULL)
		return bad(r, "no %s", what);
	if (*field < '0' || *field > '9')
		return bad(r, "%s '%s' is not a number", what, field);
	errno = 0;
	n = strtoul(field, &end, base);
	if (*end != '\0')
		return bad(r, "%s '%s' is not a number", what, field);
	if (errno != 0 || n > max)
		return bad(r, "%s '%s' is too large", what, field);
	*ret_n = (uint32_t)n;
	return 0;
}

static int
path_is_plain(const char *path)
{
	const char *component = path;
	size_t len;

	if (*component != '/' || component[1] == '\0')
		return 0;
	while (*component == '/') {
		component++;
		len = strcspn(component, "/");
		if (len == 0 || strncmp(component, ".", len) == 0 ||
		    strncmp(component, "..", len) == 0)
			return 0;
		component += len;
	}
	return 1;
}

static const struct spec_entry *
find(const struct spec *s, const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strlen(s->entries[i].path) == len &&
		    memcmp(s->entries[i].path, path, len) == 0)
			return &s->entries[i];
	return NULL;
}

static int
read_path(struct reader *r, const struct spec *s, struct spec_entry *entry)
{
	const char *path = next_field(r);
	const struct spec_entry *parent;
	size_t len;

	if (path == NULL)
		return bad(r, "no path");
	if (!path_is_plain(path))
		return bad(r, "path '%s' is not absolute and plain", path);
	if (find(s, path, strlen(path)) != NULL)
		return bad(r, "path '%s' occurs twice", path);
	len = (size_t)(strrchr(path, '/') - path);
	parent = find(s, path, len);
	if (len > 0 && (parent == NULL || parent->kind != SPEC_DIR))
		return bad(r, "no line 'dir %.*s' before '%s'", (int)len, path,
		    path);
	entry->path = must(strdup(path));
	return 0;
}

static const char *
resolve(const struct reader *r, const char *source)
{
	size_t i;

	if (*source != '@')
		return source;
	for (i = 0; i < r->options->n_bindings; i++)
		if (strcmp(r->options->bindings[i].name, source + 1) == 0)
			return r->options->bindings[i].path;
	return NULL;
}

static int
read_all(int fd, unsigned char *data, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(fd, data + done, size - done);
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int
read_source(struct reader *r, struct spec_entry *entry)
{
	const char *source = next_field(r);
	const char *path;
	struct stat st;
	int fd;

	if (source == NULL)
		return bad(r, "no source");
	path = resolve(r, source);
	if (path == NULL)
		return bad(r, "nothing is bound to '%s'", source);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return bad(r, "open '%s': %s", path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return bad(r, "'%s' is not a regular file", path);
	}
	if (st.st_size > SPEC_FILE_SIZE) {
		close(fd);
		return bad(r, "'%s' is larger than %d bytes", path,
		    SPEC_FILE_SIZE);
	}
	entry->size = (size_t)st.st_size;
	if (entry->size > 0)
		entry->data = must(malloc(entry->size));
	if (read_all(fd, entry->data, entry->size) < 0) {
		close(fd);
		return bad(r, "read '%s' failed", path);
	}
	close(fd);
	return 0;
}

static int
read_target(struct reader *r, struct spec_entry *entry)
{
	const char *target = next_field(r);

	if (target == NULL)
		return bad(r, "no target");
	entry->target = must(strdup(target));
	return 0;
}

static int
read_owner(struct reader *r, struct spec_entry *entry)
{
	if (next_number(r, "mode", 8, 07777, &entry->mode) < 0 ||
	    next_number(r, "uid", 10, UINT32_MAX - 1, &entry->uid) < 0 ||
	    next_number(r, "gid", 10, UINT32_MAX - 1, &entry->gid) < 0)
		return -1;
	return 0;
}

static int
read_device(struct reader *r, struct spec_entry *entry)
{
	const char *kind = next_field(r);

	if (kind == NULL)
		return bad(r, "no device type");
	if (strcmp(kind, "c") != 0 && strcmp(kind, "b") != 0)
		return bad(r, "device type '%s' is neither c nor b", kind);
	entry->kind = *kind == 'c' ? SPEC_CHAR : SPEC_BLOCK;
	if (next_number(r, "major", 10, 4095, &entry->major) < 0 ||
	    next_number(r, "minor", 10, 1048575, &entry->minor) < 0)
		return -1;
	return 0;
}

static int
read_entry(struct reader *r, const struct spec *s, const char *word,
    struct spec_entry *entry)
{
	int is_node = strcmp(word, "nod") == 0;

	if (strcmp(word, "dir") == 0)
		entry->kind = SPEC_DIR;
	else if (strcmp(word, "file") == 0)
		entry->kind = SPEC_FILE;
	else if (strcmp(word, "slink") == 0)
		entry->kind = SPEC_SLINK;
	else if (!is_node)
		return bad(r, "'%s' is none of dir, file, slink, nod", word);

	if (read_path(r, s, entry) < 0)
		return -1;
	if (entry->kind == SPEC_FILE && read_source(r, entry) < 0)
		return -1;
	if (entry->kind == SPEC_SLINK && read_target(r, entry) < 0)
		return -1;
	if (read_owner(r, entry) < 0)
		return -1;
	if (is_node && read_device(r, entry) < 0)
		return -1;
	if (next_field(r) != NULL)
		return bad(r, "more fields than '%s' has", word);
	return 0;
}

/* Read one line, whose newline is cut off, and add what it says to *s. */
static int
read_line(struct reader *r, char *line, struct spec *s)
{
	struct spec_entry *entry;
	const char *word;

	r->rest = line;
	word = next_field(r);
	if (word == NULL || *word == '#')
		return 0;
	if (s->n == SPEC_ENTRIES)
		return bad(r, "more than %d entries", SPEC_ENTRIES);
	/* Counted only when complete, but already seen by spec_release(). */
	entry = &s->entries[s->n];
	if (read_entry(r, s, word, entry) < 0) {
		s->n++;
		return -1;
	}
	s->n++;
	return 0;
}

static int
read_lines(struct reader *r, FILE *f, struct spec *s)
{
	char line[SPEC_LINE];
	size_t len;

	while (fgets(line, sizeof(line), f) != NULL) {
		r->line++;
		len = strlen(line);
		if (len == 0 || line[len - 1] != '\n')
			return bad(r, "line is too long or has no newline");
		line[len - 1] = '\0';
		if (read_line(r, line, s) < 0)
			return -1;
	}
	if (ferror(f))
		return bad(r, "read failed");
	return 0;
}

static int
bind_source(char *arg, struct spec_options *o)
{
	char *equals = strchr(arg, '=');

	if (equals == NULL || equals == arg || equals[1] == '\0')
		return -1;
	if (o->n_bindings == SPEC_BINDINGS)
		return -1;
	*equals = '\0';
	o->bindings[o->n_bindings].name = arg;
	o->bindings[o->n_bindings].path = equals + 1;
	o->n_bindings++;
	return 0;
}

static int
set_mtime(const char *arg, struct spec_options *o)
{
	unsigned long n;
	char *end;

	if (*arg < '0' || *arg > '9')
		return -1;
	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno != 0 || *end != '\0' || n > UINT32_MAX)
		return -1;
	o->mtime = (uint32_t)n;
	return 0;
}

int
spec_option(int option, char *arg, struct spec_options *o)
{
	if (option == 's')
		return bind_source(arg, o);
	if (option == 't')
		return set_mtime(arg, o);
	return -1;
}

int
spec_load(const char *file, const struct spec_options *o, struct spec *s)
{
	struct reader r = { .file = file, .options = o };
	FILE *f;
	int result;

	f = fopen(file, "re");
	if (f == NULL) {
		fprintf(stderr, "open '%s': %s\n", file, strerror(errno));
		return -1;
	}
	if (s->entries == NULL)
		s->entries = must(calloc(SPEC_ENTRIES, sizeof(*s->entries)));
	result = read_lines(&r, f, s);
	fclose(f);
	return result;
}

void
spec_release(struct spec *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->entries[i].path);
		free(s->entries[i].target);
		free(s->entries[i].data);
	}
	free(s->entries);
	s->entries = NULL;
	s->n = 0;
}

static int
usage(const char *name)
{
	fprintf(stderr,
	    "usage: %s [-t SECONDS] [-s NAME=PATH]... OUTPUT SPEC...\n", name);
	return 2;
}

int
spec_main(int argc, char **argv, const char *name, spec_write *write)
{
	struct spec_options o = { .mtime = 0 };
	struct spec s = { NULL, 0 };
	int option, result = 0;

	while ((option = getopt(argc, argv, "s:t:")) != -1)
		if (spec_option(option, optarg, &o) < 0)
			return usage(name);
	if (argc - optind < 2)
		return usage(name);
	for (int i = optind + 1; i < argc && result == 0; i++)
		result = spec_load(argv[i], &o, &s);
	if (result == 0)
		result = write(argv[optind], &s, o.mtime);
	spec_release(&s);
	return result < 0;
}
