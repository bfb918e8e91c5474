#include "sandbox/scsiscan.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "proc/spawn.h"
#include "sandbox/scsipath.h"

#define SCSI_HOSTS "/sys/class/scsi_host"

static const char word[] = "disk=";

int
scsiscan_start(int binary_fd, const char *address, pid_t *ret, struct err *e)
{
	char arg[32];
	struct spawn_child child;
	struct spawn_request r = {
		.role = "scan",
		.args = { arg },
		.binary_fd = binary_fd,
		.cgroup_fd = -1,
		.pidns_fd = -1,
		.no_pidfd = true,
	};

	if (str_format(arg, sizeof(arg), "%s%s", word, address) < 0)
		return err_set(e, ERR_LIMIT, "SCSI address");
	if (spawn_role(&r, &child, e) < 0)
		return -1;
	*ret = child.pid;
	return 0;
}

int
scsiscan_main(int argc, char **argv)
{
	struct scsipath p;
	struct err e;

	if (argc != 3 || !str_starts(argv[2], word)) {
		log_error("no address of a disk");
		return EXIT_FAILURE;
	}
	if (scsipath_parse(argv[2] + strlen(word), &p, &e) < 0 ||
	    scsipath_scan(&p, SCSI_HOSTS, &e) < 0) {
		log_error("%s", e.msg);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
