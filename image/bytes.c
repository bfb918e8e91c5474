#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "image/bytes.h"

uint32_t
bytes_crc32(const void *p, size_t len)
{
	const uint8_t *at = p;
	uint32_t crc = UINT32_MAX;

	while (len-- > 0) {
		crc ^= *at++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

int
bytes_write_file(const char *path, const struct buf *b, struct err *e)
{
	AUTO_FD int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	if (fd_write_all(fd, b->p, b->len) == 0)
		return 0;
	err_sys(e, "write %s", STR_QUOTED(path));
	unlink(path);
	return -1;
}
