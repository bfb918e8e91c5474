#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "image/disk.h"

void
disk_add(struct disk *d, uint64_t at, const void *p, size_t len)
{
	const struct disk_piece *last = d->n ? &d->pieces[d->n - 1] : NULL;

	assert(d->n < DISK_PIECES);
	assert(last == NULL || last->at + last->len <= at);
	d->pieces[d->n++] = (struct disk_piece){ at, p, len, NULL };
}

uint8_t *
disk_room(struct disk *d, uint64_t at, size_t len)
{
	uint8_t *p = calloc(1, len ? len : 1);

	if (p == NULL)
		die("out of memory");
	disk_add(d, at, p, len);
	d->pieces[d->n - 1].owned = p;
	return p;
}

void
disk_release(struct disk *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->pieces[i].owned);
	d->n = 0;
}

int
disk_read(const struct disk *d, uint64_t at, uint8_t *dst, size_t len)
{
	int used = 0;

	memset(dst, 0, len);
	for (size_t i = 0; i < d->n; i++) {
		const struct disk_piece *x = &d->pieces[i];
		uint64_t from = x->at > at ? x->at : at;
		uint64_t to =
		    x->at + x->len < at + len ? x->at + x->len : at + len;

		if (from >= to)
			continue;
		memcpy(dst + (from - at), x->p + (from - x->at),
		    (size_t)(to - from));
		used = 1;
	}
	return used;
}

int
disk_write_raw(const struct disk *d, int fd, struct err *e)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct disk_piece *x = &d->pieces[i];

		if (lseek(fd, (off_t)x->at, SEEK_SET) < 0 ||
		    fd_write_all(fd, x->p, x->len) < 0)
			return err_sys(e, "write");
	}
	if (ftruncate(fd, (off_t)d->size) < 0)
		return err_sys(e, "set the size");
	return 0;
}
