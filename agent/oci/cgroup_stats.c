/*
 * cgroup_stats() of oci/cgroup.h.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup.h"
#include "oci/cgroup_file.h"
#include "oci/limits.h"

enum {
	NS_PER_US = 1000,
	FILE_NAME_MAX = 64,
	ENTRIES_MAX = 1024 /* lines of memory.stat; values of io.stat */
};

/* What all readers need; b is reused, so texts do not outlive the next. */
struct reader {
	int dirfd;
	struct arena *a;
	struct buf b;
};

/* The file's text, or nothing where the kernel has no such file. */
static struct span
text_of(struct reader *r, const char *name)
{
	struct err e;

	if (cgroup_file_read(r->dirfd, name, &r->b, &e) < 0)
		return span_of(NULL, 0);
	return span_of(r->b.p, r->b.len);
}

static char *
copy(struct reader *r, struct span s)
{
	return arena_strndup(r->a, (const char *)s.p, span_len(&s));
}

static Grpc__CpuStats *
read_cpu(struct reader *r)
{
	Grpc__CpuStats *s = arena_alloc(r->a, sizeof(*s));
	Grpc__CpuUsage *u = arena_alloc(r->a, sizeof(*u));
	Grpc__ThrottlingData *t = arena_alloc(r->a, sizeof(*t));
	struct span text = text_of(r, "cpu.stat");

	if (s == NULL || u == NULL || t == NULL)
		return NULL;
	grpc__cpu_stats__init(s);
	grpc__cpu_usage__init(u);
	grpc__throttling_data__init(t);
	u->total_usage = cgroup_file_key(text, "usage_usec", 0) * NS_PER_US;
	u->usage_in_usermode =
	    cgroup_file_key(text, "user_usec", 0) * NS_PER_US;
	u->usage_in_kernelmode =
	    cgroup_file_key(text, "system_usec", 0) * NS_PER_US;
	t->periods = cgroup_file_key(text, "nr_periods", 0);
	t->throttled_periods = cgroup_file_key(text, "nr_throttled", 0);
	t->throttled_time =
	    cgroup_file_key(text, "throttled_usec", 0) * NS_PER_US;
	s->cpu_usage = u;
	s->throttling_data = t;
	return s;
}

static Grpc__MemoryData *
new_memory_data(struct reader *r)
{
	Grpc__MemoryData *d = arena_alloc(r->a, sizeof(*d));

	if (d != NULL)
		grpc__memory_data__init(d);
	return d;
}

/* All of memory.stat as a map; 0, or -1 at the arena's limit. */
static int
read_memory_map(struct reader *r, struct span text, Grpc__MemoryStats *s)
{
	s->stats = arena_array(r->a, ENTRIES_MAX, sizeof(*s->stats));
	if (s->stats == NULL)
		return -1;
	while (span_len(&text) > 0 && s->n_stats < ENTRIES_MAX) {
		struct span line = cgroup_file_line(&text);
		struct span key = cgroup_file_word(&line);
		Grpc__MemoryStats__StatsEntry *entry;
		uint64_t v;

		if (cgroup_file_number(cgroup_file_word(&line), &v) < 0)
			continue;
		entry = arena_alloc(r->a, sizeof(*entry));
		if (entry == NULL)
			return -1;
		grpc__memory_stats__stats_entry__init(entry);
		entry->key = copy(r, key);
		entry->value = v;
		if (entry->key == NULL)
			return -1;
		s->stats[s->n_stats++] = entry;
	}
	return 0;
}

static Grpc__MemoryStats *
read_memory(struct reader *r)
{
	Grpc__MemoryStats *s = arena_alloc(r->a, sizeof(*s));
	Grpc__MemoryData *usage = new_memory_data(r);
	Grpc__MemoryData *swap = new_memory_data(r);
	Grpc__MemoryData *kernel = new_memory_data(r);
	struct span text;

	if (s == NULL || usage == NULL || swap == NULL || kernel == NULL)
		return NULL;
	grpc__memory_stats__init(s);
	usage->usage = cgroup_file_u64(r->dirfd, "memory.current", 0);
	usage->max_usage = cgroup_file_u64(r->dirfd, "memory.peak", 0);
	usage->limit = cgroup_file_u64(r->dirfd, "memory.max", CGROUP_MAX);
	usage->failcnt = cgroup_file_key(text_of(r, "memory.events"), "max", 0);
	swap->usage = cgroup_file_u64(r->dirfd, "memory.swap.current", 0);
	swap->max_usage = cgroup_file_u64(r->dirfd, "memory.swap.peak", 0);
	swap->limit = cgroup_file_u64(r->dirfd, "memory.swap.max", CGROUP_MAX);
	text = text_of(r, "memory.stat");
	s->cache = cgroup_file_key(text, "file", 0);
	kernel->usage = cgroup_file_key(text, "kernel", 0);
	s->usage = usage;
	s->swap_usage = swap;
	s->kernel_usage = kernel;
	s->use_hierarchy = true;
	return read_memory_map(r, text, s) < 0 ? NULL : s;
}

static Grpc__PidsStats *
read_pids(struct reader *r)
{
	Grpc__PidsStats *s = arena_alloc(r->a, sizeof(*s));

	if (s == NULL)
		return NULL;
	grpc__pids_stats__init(s);
	s->current = cgroup_file_u64(r->dirfd, "pids.current", 0);
	s->limit = cgroup_file_u64(r->dirfd, "pids.max", 0);
	if (s->limit == CGROUP_MAX)
		s->limit = 0;
	return s;
}

/* "MAJOR:MINOR" and "NAME=VALUE"; 1 when it is one, -1 at the limit. */
static int
add_io(struct reader *r, struct span device, struct span word,
    Grpc__BlkioStats *s)
{
	static const char *const ops[][2] = {
		{ "rbytes", "read" },
		{ "wbytes", "write" },
	};
	const uint8_t *colon = memchr(device.p, ':', span_len(&device));
	const uint8_t *eq = memchr(word.p, '=', span_len(&word));
	struct span minor = device, value = word, major, name;
	Grpc__BlkioStatsEntry *entry;
	uint64_t v[3];

	if (colon == NULL || eq == NULL ||
	    s->n_io_service_bytes_recursive == ENTRIES_MAX)
		return 0;
	major = span_take(&minor, (size_t)(colon - device.p));
	name = span_take(&value, (size_t)(eq - word.p));
	span_skip(&minor, 1);
	span_skip(&value, 1);
	if (cgroup_file_number(major, &v[0]) < 0 ||
	    cgroup_file_number(minor, &v[1]) < 0 ||
	    cgroup_file_number(value, &v[2]) < 0)
		return 0;
	entry = arena_alloc(r->a, sizeof(*entry));
	if (entry == NULL || (grpc__blkio_stats_entry__init(entry),
				 entry->op = copy(r, name)) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (str_eq(entry->op, ops[i][0]))
			entry->op = (char *)ops[i][1];
	}
	entry->major = v[0];
	entry->minor = v[1];
	entry->value = v[2];
	s->io_service_bytes_recursive[s->n_io_service_bytes_recursive++] =
	    entry;
	return 1;
}

static Grpc__BlkioStats *
read_io(struct reader *r)
{
	Grpc__BlkioStats *s = arena_alloc(r->a, sizeof(*s));
	struct span text = text_of(r, "io.stat");

	if (s == NULL)
		return NULL;
	grpc__blkio_stats__init(s);
	s->io_service_bytes_recursive = arena_array(r->a, ENTRIES_MAX,
	    sizeof(*s->io_service_bytes_recursive));
	if (s->io_service_bytes_recursive == NULL)
		return NULL;
	while (span_len(&text) > 0) {
		struct span line = cgroup_file_line(&text);
		struct span device = cgroup_file_word(&line);

		while (span_len(&line) > 0) {
			if (add_io(r, device, cgroup_file_word(&line), s) < 0)
				return NULL;
		}
	}
	return s;
}

/* size is the "2MB" of "hugetlb.2MB.current". */
static Grpc__CgroupStats__HugetlbStatsEntry *
read_hugetlb(struct reader *r, const char *size)
{
	Grpc__CgroupStats__HugetlbStatsEntry *entry =
	    arena_alloc(r->a, sizeof(*entry));
	Grpc__HugetlbStats *s = arena_alloc(r->a, sizeof(*s));
	char name[FILE_NAME_MAX];

	if (entry == NULL || s == NULL)
		return NULL;
	grpc__cgroup_stats__hugetlb_stats_entry__init(entry);
	grpc__hugetlb_stats__init(s);
	entry->key = arena_strndup(r->a, size, strlen(size));
	if (entry->key == NULL)
		return NULL;
	if (str_format(name, sizeof(name), "hugetlb.%s.current", size) == 0)
		s->usage = cgroup_file_u64(r->dirfd, name, 0);
	if (str_format(name, sizeof(name), "hugetlb.%s.events", size) == 0)
		s->failcnt = cgroup_file_key(text_of(r, name), "max", 0);
	entry->value = s;
	return entry;
}

enum {
	HUGETLB_SIZES_MAX = 16
};

static int
read_all_hugetlb(struct reader *r, DIR *dir, Grpc__CgroupStats *s)
{
	static const char prefix[] = "hugetlb.", suffix[] = ".current";
	const struct dirent *d;

	s->hugetlb_stats =
	    arena_array(r->a, HUGETLB_SIZES_MAX, sizeof(*s->hugetlb_stats));
	if (s->hugetlb_stats == NULL)
		return -1;
	while ((d = readdir(dir)) != NULL &&
	       s->n_hugetlb_stats < HUGETLB_SIZES_MAX) {
		char size[FILE_NAME_MAX];

		if (!str_starts(d->d_name, prefix) ||
		    !str_ends(d->d_name, suffix) ||
		    str_ends(d->d_name, ".rsvd.current") ||
		    str_copy(size, sizeof(size),
			d->d_name + sizeof(prefix) - 1) < 0)
			continue;
		size[strlen(size) - (sizeof(suffix) - 1)] = '\0';
		s->hugetlb_stats[s->n_hugetlb_stats] = read_hugetlb(r, size);
		if (s->hugetlb_stats[s->n_hugetlb_stats++] == NULL)
			return -1;
	}
	return 0;
}

static int
read_stats(struct reader *r, Grpc__CgroupStats *s)
{
	int copy_fd = openat(r->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy_fd < 0 ? NULL : fdopendir(copy_fd);
	int rc;

	if (dir == NULL) {
		fd_close(&copy_fd);
		return -1;
	}
	rc = read_all_hugetlb(r, dir, s);
	closedir(dir);
	if (rc < 0)
		return -1;
	s->cpu_stats = read_cpu(r);
	s->memory_stats = read_memory(r);
	s->pids_stats = read_pids(r);
	s->blkio_stats = read_io(r);
	return s->cpu_stats == NULL || s->memory_stats == NULL ||
		       s->pids_stats == NULL || s->blkio_stats == NULL
		   ? -1
		   : 0;
}

Grpc__CgroupStats *
cgroup_stats(const struct cgroup *cg, struct arena *a, struct err *e)
{
	struct reader r = { .dirfd = cg->fd, .a = a };
	Grpc__CgroupStats *s = arena_alloc(a, sizeof(*s));
	int rc = -1;

	if (s != NULL) {
		grpc__cgroup_stats__init(s);
		buf_init(&r.b, OCI_CGROUP_FILE_MAX);
		rc = read_stats(&r, s);
		buf_release(&r.b);
	}
	if (rc < 0) {
		err_set(e, ERR_LIMIT, "statistics of cgroup %s",
		    STR_QUOTED(cg->path));
		return NULL;
	}
	return s;
}
