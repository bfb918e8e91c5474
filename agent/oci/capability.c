#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "oci/capability.h"

/* By number. */
static const char *const names[] = {
	"CHOWN",
	"DAC_OVERRIDE",
	"DAC_READ_SEARCH",
	"FOWNER",
	"FSETID",
	"KILL",
	"SETGID",
	"SETUID",
	"SETPCAP",
	"LINUX_IMMUTABLE",
	"NET_BIND_SERVICE",
	"NET_BROADCAST",
	"NET_ADMIN",
	"NET_RAW",
	"IPC_LOCK",
	"IPC_OWNER",
	"SYS_MODULE",
	"SYS_RAWIO",
	"SYS_CHROOT",
	"SYS_PTRACE",
	"SYS_PACCT",
	"SYS_ADMIN",
	"SYS_BOOT",
	"SYS_NICE",
	"SYS_RESOURCE",
	"SYS_TIME",
	"SYS_TTY_CONFIG",
	"MKNOD",
	"LEASE",
	"AUDIT_WRITE",
	"AUDIT_CONTROL",
	"SETFCAP",
	"MAC_OVERRIDE",
	"MAC_ADMIN",
	"SYSLOG",
	"WAKE_ALARM",
	"BLOCK_SUSPEND",
	"AUDIT_READ",
	"PERFMON",
	"BPF",
	"CHECKPOINT_RESTORE",
};

enum {
	N_NAMES = sizeof(names) / sizeof(names[0])
};

static int
parse_set(char *const *list, size_t n, const char *what, uint64_t *set,
    struct err *e)
{
	static const char prefix[] = "CAP_";

	for (size_t i = 0; i < n; i++) {
		int number = -1;

		for (int k = 0; k < N_NAMES; k++) {
			if (str_starts(list[i], prefix) &&
			    str_eq(list[i] + sizeof(prefix) - 1, names[k]))
				number = k;
		}
		if (number < 0)
			return err_set(e, ERR_UNSUPPORTED, "%s capability %s",
			    what, STR_QUOTED(list[i]));
		*set |= UINT64_C(1) << number;
	}
	return 0;
}

int
capability_parse(const Grpc__LinuxCapabilities *c, struct capability_sets *ret,
    struct err *e)
{
	struct capability_sets s = { 0 };

	if (c == NULL) {
		*ret = s;
		return 0;
	}
	if (parse_set(c->bounding, c->n_bounding, "bounding", &s.bounding, e) <
		0 ||
	    parse_set(c->effective, c->n_effective, "effective", &s.effective,
		e) < 0 ||
	    parse_set(c->inheritable, c->n_inheritable, "inheritable",
		&s.inheritable, e) < 0 ||
	    parse_set(c->permitted, c->n_permitted, "permitted", &s.permitted,
		e) < 0 ||
	    parse_set(c->ambient, c->n_ambient, "ambient", &s.ambient, e) < 0)
		return -1;
	if ((s.effective & ~s.permitted) != 0)
		return err_set(e, ERR_ARGUMENT,
		    "effective capabilities that are not permitted");
	if ((s.ambient & ~(s.permitted & s.inheritable)) != 0)
		return err_set(e, ERR_ARGUMENT,
		    "ambient capabilities that are not both permitted and "
		    "inheritable");
	*ret = s;
	return 0;
}

int
capability_bound(const struct capability_sets *s, struct err *e)
{
	/* Up to what the kernel knows, which may be more than we name. */
	for (unsigned long k = 0; k < 64; k++) {
		bool keep = (s->bounding >> k & 1) != 0;
		int has = prctl(PR_CAPBSET_READ, k, 0UL, 0UL, 0UL);

		if (has < 0)
			break;
		if (has == 1 && !keep &&
		    prctl(PR_CAPBSET_DROP, k, 0UL, 0UL, 0UL) < 0)
			return err_sys(e, "drop bounding capability %lu", k);
		if (has == 0 && keep)
			return err_set(e, ERR_DENIED,
			    "bounding capability CAP_%s: the guest lacks it",
			    names[k]);
	}
	return 0;
}

int
capability_set(const struct capability_sets *s, struct err *e)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].effective = (uint32_t)(s->effective >> (32 * i));
		data[i].permitted = (uint32_t)(s->permitted >> (32 * i));
		data[i].inheritable = (uint32_t)(s->inheritable >> (32 * i));
	}
	if (syscall(SYS_capset, &head, data) < 0)
		return err_sys(e, "set capabilities");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "clear ambient capabilities");
	for (unsigned long k = 0; k < N_NAMES; k++) {
		if ((s->ambient >> k & 1) != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, k, 0UL, 0UL) <
			0)
			return err_sys(e, "ambient capability CAP_%s",
			    names[k]);
	}
	return 0;
}
