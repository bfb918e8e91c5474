#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/scsipath.h"

enum {
	NUMBER_MAX = 255,
	HOST_MAX = 0xffff
};

/* A decimal number without leading zeros at *s, which moves behind it. */
static int
parse_number(const char **s, uint8_t *ret)
{
	const char *at = *s;
	unsigned n = 0;

	if (*at < '0' || *at > '9' ||
	    (at[0] == '0' && at[1] >= '0' && at[1] <= '9'))
		return -1;
	for (; *at >= '0' && *at <= '9'; at++) {
		n = n * 10 + (unsigned)(*at - '0');
		if (n > NUMBER_MAX)
			return -1;
	}
	*ret = (uint8_t)n;
	*s = at;
	return 0;
}

bool
scsipath_is(const char *s)
{
	return strchr(s, ':') != NULL;
}

int
scsipath_parse(const char *s, struct scsipath *ret, struct err *e)
{
	struct scsipath p;
	const char *at = s;

	if (parse_number(&at, &p.id) < 0 || *at++ != ':' ||
	    parse_number(&at, &p.lun) < 0 || *at != '\0')
		return err_set(e, ERR_SYNTAX,
		    "%s is not a SCSI address such as '0:1'", STR_QUOTED(s));
	*ret = p;
	return 0;
}

static int
scan_host(const struct scsipath *p, int root, const char *host, struct err *e)
{
	char path[300], text[16];
	AUTO_FD int fd = -1;
	int len = str_format(text, sizeof(text), "0 %u %u", (unsigned)p->id,
	    (unsigned)p->lun);

	if (len < 0 || str_format(path, sizeof(path), "%s/scan", host) < 0)
		return err_set(e, ERR_LIMIT, "SCSI host %s", STR_QUOTED(host));
	fd = openat(root, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_sys(e, "scan of SCSI host %s", STR_QUOTED(host));
	return 0;
}

int
scsipath_scan(const struct scsipath *p, const char *root, struct err *e)
{
	DIR *d = opendir(root);
	struct dirent *de;
	int rc = 0;

	/* Without SCSI there is none to scan, and nothing will be found. */
	if (d == NULL)
		return 0;
	while ((de = readdir(d)) != NULL) {
		if (str_starts(de->d_name, "host") &&
		    scan_host(p, dirfd(d), de->d_name, e) < 0)
			rc = -1;
	}
	closedir(d);
	return rc;
}

/* The host of an entry "HOST:0:ID:LUN" of that address, else -1. */
static int
host_of(const char *name, const char *address)
{
	char number[8];
	const char *colon = strchr(name, ':');
	uint64_t host;

	if (colon == NULL || !str_eq(colon, address) ||
	    (size_t)(colon - name) >= sizeof(number))
		return -1;
	memcpy(number, name, (size_t)(colon - name));
	number[colon - name] = '\0';
	return str_u64(number, HOST_MAX, &host) < 0 ? -1 : (int)host;
}

int
scsipath_resolve(const struct scsipath *p, const char *root, char *dst,
    size_t size, struct err *e)
{
	char address[16];
	struct dirent *de;
	int host, best = -1;
	DIR *d;

	if (str_format(address, sizeof(address), ":0:%u:%u", (unsigned)p->id,
		(unsigned)p->lun) < 0)
		return err_set(e, ERR_LIMIT, "SCSI address");
	d = opendir(root);
	while (d != NULL && (de = readdir(d)) != NULL) {
		host = host_of(de->d_name, address);
		if (host >= 0 && (best < 0 || host < best))
			best = host;
	}
	if (d != NULL)
		closedir(d);
	if (best < 0)
		return err_set(e, ERR_UNAVAILABLE, "no device at %u:%u",
		    (unsigned)p->id, (unsigned)p->lun);
	if (str_format(dst, size, "%s/%d%s", root, best, address) < 0)
		return err_set(e, ERR_LIMIT, "path %s", STR_QUOTED(root));
	return 0;
}
