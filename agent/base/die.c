#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/die.h"
#include "base/log.h"

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_va(LOG_ERROR, fmt, ap);
	va_end(ap);
	_exit(DIE_STATUS);
}

void *
must_alloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL && n > 0 && size > 0)
		die("out of memory (%zu x %zu bytes)", n, size);
	return p;
}

char *
must_strdup(const char *s)
{
	char *copy = strdup(s);

	if (copy == NULL)
		die("out of memory (string)");
	return copy;
}

void *
must_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("out of memory (%zu bytes)", size);
	return p;
}
