#include <limits.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/explain/diff.h"
#include "measurements/explain/load.h"

enum {
	SAVED_SIZE = 64 * 1024 * 1024
};

int
load_saved(const char *path, struct saved *ret_s, struct err *e)
{
	char inside[PATH_MAX];
	struct stat st;
	struct input in;
	struct buf b;
	int rc;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (str_format(inside, sizeof(inside), "%s/%s", path,
			DIFF_FILE) < 0)
			return err_set(e, ERR_LIMIT, "%s: a name too long",
			    STR_QUOTED(path));
		path = inside;
	}
	buf_init(&b, SAVED_SIZE);
	rc = input_read(path, &b, &in, e);
	if (rc == 0 && saved_read(b.p, b.len, ret_s, e) < 0)
		rc = err_wrap(e, "%s", STR_QUOTED(path));
	buf_release(&b);
	return rc;
}
