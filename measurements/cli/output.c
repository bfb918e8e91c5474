#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/output.h"

static int
write_file(int dir, const char *name, const struct buf *b, struct err *e)
{
	char tmp[NAME_MAX];
	AUTO_FD int fd = -1;

	if (str_format(tmp, sizeof(tmp), ".%s.new", name) < 0)
		return err_set(e, ERR_INTERNAL, "%s: too long", name);
	fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || fd_write_all(fd, b->p, b->len) < 0)
		return err_sys(e, "write %s", STR_QUOTED(tmp));
	if (renameat(dir, tmp, dir, name) < 0)
		return err_sys(e, "write %s", STR_QUOTED(name));
	return 0;
}

/* One form; what it has nothing for leaves no file behind. */
static int
write_form(int dir, const struct out_format *f, const struct out *o,
    size_t limit, struct err *e)
{
	char name[NAME_MAX];
	struct buf b;
	int rc;

	if (str_format(name, sizeof(name), "reference-values.%s", f->suffix) <
	    0)
		return err_set(e, ERR_INTERNAL, "%s: too long", f->suffix);
	buf_init(&b, limit);
	rc = f->write(o, &b, e);
	if (rc < 0 && e->code == ERR_UNSUPPORTED)
		rc = unlinkat(dir, name, 0) < 0 && errno != ENOENT
			 ? err_sys(e, "remove %s", STR_QUOTED(name))
			 : 0;
	else if (rc == 0 && buf_bad(&b))
		rc = err_set(e, ERR_LIMIT, "%s: more than %zu bytes", name,
		    limit);
	else if (rc == 0)
		rc = write_file(dir, name, &b, e);
	buf_release(&b);
	return rc;
}

int
output_write(const char *folder, const struct out *o, size_t limit,
    struct err *e)
{
	AUTO_FD int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return err_sys(e, "open %s", STR_QUOTED(folder));
	for (size_t i = 0; i < out_n_formats(); i++) {
		const struct out_format *f = out_format(i);

		if (f->suffix != NULL && write_form(dir, f, o, limit, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(folder));
	}
	return 0;
}
