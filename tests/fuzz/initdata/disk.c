/* A foreign disk: what its header promises is what is read. */
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "initdata/disk.h"
#include "initdata/initdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct err e;
	int fd = fd_memfd("disk", p, len, &e);
	struct buf b;

	if (fd < 0)
		return 0;
	buf_init(&b, INITDATA_GZIP_MAX);
	if (disk_read(fd, &b, &e) == 0 && DISK_HEADER + b.len > len)
		abort();
	buf_release(&b);
	close(fd);
	return 0;
}
