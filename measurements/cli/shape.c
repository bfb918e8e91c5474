#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/shape.h"
#include "measurements/format/limits.h"

/* Values of one list, in its order. */
struct list {
	uint64_t v[SHAPES_MAX];
	size_t n;
	bool full; /* and more was to come */
};

static const char units[] = "KMGT";

static int
add(struct list *l, uint64_t v)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == v)
			return -1;
	l->full = l->n == SHAPES_MAX;
	if (l->full)
		return -1;
	l->v[l->n++] = v;
	return 0;
}

/* "4" or "1..32". */
static int
add_vcpus(struct list *l, char *item)
{
	char *dots = strstr(item, "..");
	uint64_t first, last;

	if (dots != NULL)
		*dots = '\0';
	if (str_u64(item, LIMIT_VCPUS, &first) < 0 || first == 0)
		return -1;
	last = first;
	if (dots != NULL && str_u64(dots + 2, LIMIT_VCPUS, &last) < 0)
		return -1;
	if (last < first)
		return -1;
	for (uint64_t v = first; v <= last; v++)
		if (add(l, v) < 0)
			return -1;
	return 0;
}

/*
 * "2147483648" or "2G". Bytes are meant by no unit, and QEMU means MiB by it:
 * so few bytes that they can only be MiB are none.
 */
static int
add_memory(struct list *l, char *item)
{
	size_t len = strlen(item);
	const char *unit = len ? strchr(units, item[len - 1]) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t v;

	if (unit != NULL)
		item[len - 1] = '\0';
	if (str_u64(item, LIMIT_TD_MEMORY >> shift, &v) < 0 ||
	    v << shift < SHAPE_MEMORY_MIN)
		return -1;
	return add(l, v << shift);
}

/* Every item of the list between commas. */
static int
parse(const char *s, int (*add_item)(struct list *l, char *item),
    struct list *l)
{
	while (*s != '\0') {
		size_t len = strcspn(s, ",");
		char item[32];

		if (len == 0 || len >= sizeof(item))
			return -1;
		memcpy(item, s, len);
		item[len] = '\0';
		if (add_item(l, item) < 0)
			return -1;
		s += len;
		if (*s == ',' && *++s == '\0')
			return -1;
	}
	return l->n > 0 ? 0 : -1;
}

int
shapes_parse(const char *vcpus, const char *memory, struct shapes *ret_s,
    struct err *e)
{
	struct list cpus = { .n = 0 }, sizes = { .n = 0 };
	int rc = parse(vcpus ? vcpus : "1", add_vcpus, &cpus);

	if (cpus.full)
		return err_set(e, ERR_LIMIT,
		    "--vcpus %s: more than %d shapes in one call",
		    STR_QUOTED(vcpus), SHAPES_MAX);
	if (rc < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--vcpus %s: not numbers from 1 to %d, each once, such as "
		    "4, or 1,2,4, or 1..32",
		    STR_QUOTED(vcpus), LIMIT_VCPUS);
	if (memory != NULL && parse(memory, add_memory, &sizes) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--memory %s: not sizes of a MiB or more, each once, such "
		    "as 2G, or 512M,2G, or 2147483648, which is bytes",
		    STR_QUOTED(memory));
	if (memory == NULL)
		sizes.n = 1;
	if (cpus.n * sizes.n > SHAPES_MAX)
		return err_set(e, ERR_LIMIT,
		    "%zu numbers of vCPUs and %zu sizes of memory: more than "
		    "%d shapes in one call",
		    cpus.n, sizes.n, SHAPES_MAX);
	ret_s->n = 0;
	for (size_t m = 0; m < sizes.n; m++)
		for (size_t c = 0; c < cpus.n; c++)
			ret_s->s[ret_s->n++] = (struct shape){
				.vcpus = (uint32_t)cpus.v[c],
				.memory = sizes.v[m],
			};
	return 0;
}

void
shape_memory(uint64_t memory, char ret_s[static SHAPE_MEMORY_SIZE])
{
	int unit = -1;

	while (memory != 0 && memory % 1024 == 0 && units[unit + 1] != '\0') {
		memory /= 1024;
		unit++;
	}
	if (memory == 0)
		snprintf(ret_s, SHAPE_MEMORY_SIZE, "-");
	else
		snprintf(ret_s, SHAPE_MEMORY_SIZE, "%" PRIu64 "%.*s", memory,
		    unit >= 0, unit >= 0 ? &units[unit] : "");
}
