#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"

static const char default_format[] = "text";
static const char default_expires[] = "2099-12-31T00:00:00Z";

/* "2099-12-31T00:00:00Z", as RVPS reads it. */
static int
check_expires(const char *s, struct err *e)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t i = 0;

	while (s[i] != '\0' && form[i] != '\0' &&
	       (form[i] == '0' ? s[i] >= '0' && s[i] <= '9' : s[i] == form[i]))
		i++;
	if (s[i] == '\0' && form[i] == '\0')
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "--expires %s: not a time in UTC such as %s", STR_QUOTED(s),
	    default_expires);
}

int
output_parse(const char *format, const char *reg, const char *expires,
    struct out *ret_o, const struct out_format **ret_f, struct err *e)
{
	const char *name = format ? format : default_format;

	if (out_find(name, ret_f, e) < 0)
		return -1;
	if (reg != NULL && !str_eq(name, "hex"))
		return err_set(e, ERR_ARGUMENT,
		    "--format hex and --register go together");
	ret_o->reg = reg;
	ret_o->expires = expires ? expires : default_expires;
	return check_expires(ret_o->expires, e);
}

/* Beside its name and then renamed: a file is whole, or as it was. */
static int
write_file(int dir, const char *name, const struct buf *b, struct err *e)
{
	char tmp[PATH_MAX];
	AUTO_FD int fd = -1;

	if (str_format(tmp, sizeof(tmp), "%s.new", name) < 0)
		return err_set(e, ERR_LIMIT, "%s: a name too long",
		    STR_QUOTED(name));
	fd = openat(dir, tmp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(e, "write %s", STR_QUOTED(name));
	if (fd_write_all(fd, b->p, b->len) < 0 ||
	    renameat(dir, tmp, dir, name) < 0) {
		err_sys(e, "write %s", STR_QUOTED(name));
		unlinkat(dir, tmp, 0);
		return -1;
	}
	return 0;
}

/* One form; what it has nothing for leaves no file behind. */
static int
write_form(int dir, const struct out_format *f, const struct out *o,
    struct err *e)
{
	char name[NAME_MAX];
	struct buf b;
	int rc;

	if (str_format(name, sizeof(name), "reference-values.%s", f->suffix) <
	    0)
		return err_set(e, ERR_INTERNAL, "%s: too long", f->suffix);
	buf_init(&b, OUTPUT_MAX);
	rc = f->write(o, &b, e);
	if (rc < 0 && e->code == ERR_UNSUPPORTED)
		rc = unlinkat(dir, name, 0) < 0 && errno != ENOENT
			 ? err_sys(e, "remove %s", STR_QUOTED(name))
			 : 0;
	else if (rc == 0 && buf_bad(&b))
		rc = err_set(e, ERR_LIMIT, "%s: more than %d bytes", name,
		    OUTPUT_MAX);
	else if (rc == 0)
		rc = write_file(dir, name, &b, e);
	buf_release(&b);
	return rc;
}

static int
write_forms(const char *folder, const struct out *o, struct err *e)
{
	AUTO_FD int dir = -1;

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return err_sys(e, "make the folder %s", STR_QUOTED(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys(e, "open %s", STR_QUOTED(folder));
	for (size_t i = 0; i < out_n_formats(); i++) {
		const struct out_format *f = out_format(i);

		if (f->suffix != NULL && write_form(dir, f, o, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(folder));
	}
	return 0;
}

int
output_make(const struct out *o, const struct out_format *f, const char *folder,
    struct buf *b, struct err *e)
{
	if (f->write(o, b, e) < 0)
		return -1;
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT,
		    "the result has more than %d bytes", OUTPUT_MAX);
	return folder ? write_forms(folder, o, e) : 0;
}

int
output_result(const char *path, const struct buf *out, struct err *e)
{
	AUTO_FD int fd = -1;
	struct stat st;

	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "the result is too large");
	if (path == NULL) {
		if (fd_write_all(STDOUT_FILENO, out->p, out->len) < 0)
			return err_sys(e, "write the result");
		return 0;
	}
	if (lstat(path, &st) < 0 || S_ISREG(st.st_mode))
		return write_file(AT_FDCWD, path, out, e);
	/* A device, a pipe or what a link leads to. */
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || fd_write_all(fd, out->p, out->len) < 0)
		return err_sys(e, "write %s", STR_QUOTED(path));
	return 0;
}

int
output_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	perror("husk: write the result");
	return EXIT_BAD;
}
