#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/limits.h"
#include "oci/passwd.h"
#include "oci/sys.h"
#include "oci/user.h"

int
user_check(const Grpc__User *u, struct err *e)
{
	if (u == NULL)
		return 0;
	if (u->uid == UINT32_MAX || u->gid == UINT32_MAX)
		return err_set(e, ERR_ARGUMENT, "user or group id %u",
		    UINT32_MAX);
	if (u->n_additionalgids > OCI_GROUPS_MAX)
		return err_set(e, ERR_LIMIT, "%zu additional groups",
		    u->n_additionalgids);
	for (size_t i = 0; i < u->n_additionalgids; i++) {
		if (u->additionalgids[i] == UINT32_MAX)
			return err_set(e, ERR_ARGUMENT,
			    "additional group id %u", UINT32_MAX);
	}
	return 0;
}

static int
set_ids(const Grpc__User *u, struct err *e)
{
	uid_t uid = u != NULL ? u->uid : 0;
	gid_t gid = u != NULL ? u->gid : 0;
	gid_t groups[OCI_GROUPS_MAX];
	size_t n = u != NULL ? u->n_additionalgids : 0;

	for (size_t i = 0; i < n; i++)
		groups[i] = u->additionalgids[i];
	if (setgroups(n, groups) < 0)
		return err_sys(e, "set %zu additional groups", n);
	if (setresgid(gid, gid, gid) < 0)
		return err_sys(e, "set group id %u", gid);
	/* Permitted capabilities survive the change of the user id. */
	if (prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "keep capabilities");
	if (setresuid(uid, uid, uid) < 0)
		return err_sys(e, "set user id %u", uid);
	if (prctl(PR_SET_KEEPCAPS, 0UL, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "keep capabilities no longer");
	return 0;
}

int
user_become(const Grpc__User *u, const struct capability_sets *caps,
    struct err *e)
{
	if (user_check(u, e) < 0 || capability_bound(caps, e) < 0 ||
	    set_ids(u, e) < 0)
		return -1;
	return capability_set(caps, e);
}

static int
read_passwd(struct buf *b)
{
	/* A device or a pipe of that name must not make us wait. */
	AUTO_FD int fd = sys_openat2(AT_FDCWD, "/etc/passwd",
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, SYS_RESOLVE_NO_MAGICLINKS);
	struct stat st;
	struct err e;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return fd_slurp(fd, b, &e);
}

void
user_home(uint32_t uid, char ret[PATH_MAX])
{
	struct buf b;

	ret[0] = '/';
	ret[1] = '\0';
	buf_init(&b, OCI_PASSWD_MAX);
	if (read_passwd(&b) == 0)
		passwd_home(span_of(b.p, b.len), uid, ret);
	buf_release(&b);
}
