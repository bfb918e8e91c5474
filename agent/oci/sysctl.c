#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/limits.h"
#include "oci/sys.h"
#include "oci/sysctl.h"

/* Paths; one that ends with a star stands for all that begin so. */
static const char *const namespaced[] = {
	"fs/mqueue/*",
	"kernel/domainname",
	"kernel/msg*",
	"kernel/sem",
	"kernel/sem_next_id",
	"kernel/shm*",
	"net/*",
};

static bool
is_namespaced(const char *path)
{
	for (size_t i = 0; i < sizeof(namespaced) / sizeof(namespaced[0]);
	     i++) {
		const char *s = namespaced[i];
		size_t n = strlen(s);

		if (s[n - 1] == '*' ? strncmp(path, s, n - 1) == 0
				    : str_eq(path, s))
			return true;
	}
	return false;
}

/* No component is empty or starts with a dot. */
static bool
is_plain(const char *path)
{
	if (path[0] == '/' || path[0] == '.' || path[0] == '\0')
		return false;
	for (const char *s = path; (s = strchr(s, '/')) != NULL; s++) {
		if (s[1] == '/' || s[1] == '.' || s[1] == '\0')
			return false;
	}
	return true;
}

int
sysctl_path(const char *name, char ret[SYSCTL_NAME_MAX], struct err *e)
{
	char path[SYSCTL_NAME_MAX];
	const char *first = strpbrk(name, "./");

	if (str_copy(path, sizeof(path), name) < 0)
		return err_set(e, ERR_LIMIT, "sysctl %s is longer than %d",
		    STR_QUOTED(name), SYSCTL_NAME_MAX - 1);
	if (first != NULL && *first == '.') {
		for (char *s = path; *s != '\0'; s++) {
			if (*s == '.')
				*s = '/';
			else if (*s == '/')
				*s = '.';
		}
	}
	if (!is_plain(path))
		return err_set(e, ERR_ARGUMENT, "sysctl %s is malformed",
		    STR_QUOTED(name));
	if (!is_namespaced(path))
		return err_set(e, ERR_UNSUPPORTED,
		    "sysctl %s: not one of a namespace", STR_QUOTED(name));
	memcpy(ret, path, sizeof(path));
	return 0;
}

int
sysctl_check(Grpc__Linux__SysctlEntry *const *list, size_t n, struct err *e)
{
	char path[SYSCTL_NAME_MAX];

	if (n > OCI_SYSCTLS_MAX)
		return err_set(e, ERR_LIMIT, "%zu sysctls", n);
	for (size_t i = 0; i < n; i++) {
		if (sysctl_path(list[i]->key, path, e) < 0)
			return -1;
	}
	return 0;
}

static int
set_one(int dir, const Grpc__Linux__SysctlEntry *s, struct err *e)
{
	char path[SYSCTL_NAME_MAX];
	size_t len = strlen(s->value);
	AUTO_FD int fd = -1;

	if (sysctl_path(s->key, path, e) < 0)
		return -1;
	fd = sys_openat2(dir, path, O_WRONLY, 0,
	    SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_SYMLINKS);
	if (fd < 0)
		return err_sys(e, "sysctl %s", STR_QUOTED(s->key));
	if (fd_write(fd, s->value, len) != (ssize_t)len)
		return err_sys(e, "sysctl %s = %s", STR_QUOTED(s->key),
		    STR_QUOTED(s->value));
	return 0;
}

int
sysctl_set(Grpc__Linux__SysctlEntry *const *list, size_t n, struct err *e)
{
	AUTO_FD int dir = -1;

	if (n == 0)
		return 0;
	dir = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys(e, "/proc/sys");
	for (size_t i = 0; i < n; i++) {
		if (set_one(dir, list[i], e) < 0)
			return -1;
	}
	return 0;
}
