#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "proc/confine.h"
#include "proc/landlock.h"

/* linux/prctl.h, since Linux 6.3 */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1UL
#endif

#if defined(__x86_64__)
enum {
	NATIVE_ARCH = (int)AUDIT_ARCH_X86_64
};
#elif defined(__s390x__)
enum {
	NATIVE_ARCH = (int)AUDIT_ARCH_S390X
};
#else
#error "proc/confine knows x86_64 and s390x"
#endif

/*
 * A filter: four instructions that check the architecture and load the call's
 * number, and for n calls a tree of n - 1 branches and 3 n instructions. A
 * branch skips at most half of the tree, and can skip UINT8_MAX.
 */
enum {
	PROGRAM_START = 4,
	PROGRAM_MAX = PROGRAM_START + 4 * CONFINE_SYSCALLS_MAX
};

_Static_assert(2 * CONFINE_SYSCALLS_MAX <= UINT8_MAX,
    "branches of a filter are too long");

struct program {
	struct sock_filter code[PROGRAM_MAX];
	size_t len;
};

static void
add_load(struct program *p, size_t offset)
{
	p->code[p->len++] = (struct sock_filter)BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, (unsigned)offset);
}

static void
add_jump(struct program *p, int test, int value, int jt, int jf)
{
	p->code[p->len++] = (struct sock_filter)BPF_JUMP(
	    (unsigned short)(BPF_JMP | BPF_K | test), (unsigned)value,
	    (unsigned char)jt, (unsigned char)jf);
}

static void
add_verdict(struct program *p, unsigned verdict)
{
	p->code[p->len++] =
	    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict);
}

static int
close_beyond(unsigned first, struct err *e)
{
	if (syscall(SYS_close_range, first, ~0U, 0U) < 0)
		return err_sys(e, "close_range");
	return 0;
}

static int
limit_resources(const struct role *r, struct err *e)
{
	for (size_t i = 0; i < ROLE_RLIMITS_MAX; i++) {
		const struct role_rlimit *l = &r->rlimits[i];
		struct rlimit lim = { l->value, l->value };

		if (l->resource == 0 && l->value == 0)
			break;
		if (setrlimit((unsigned)l->resource, &lim) < 0)
			return err_sys(e, "limit of resource %d", l->resource);
	}
	return 0;
}

/*
 * Deny every right that the running kernel's Landlock knows, with no rule
 * that gives one back.
 */
static int
deny_files(struct err *e)
{
	static const int fs_rights[] = { 0, 13, 14, 15, 15, 16, 16 };
	static const size_t landlock_size[] = { 0, 8, 8, 8, 16, 16, 24 };
	enum {
		ABIS = sizeof(fs_rights) / sizeof(fs_rights[0])
	};
	struct landlock_attr attr = { 0 };
	AUTO_FD int fd = -1;
	long abi = syscall(LANDLOCK_SYS_CREATE_RULESET, NULL, (size_t)0,
	    LANDLOCK_CREATE_VERSION);

	if (abi < 1)
		return err_sys(e, "Landlock");
	if (abi >= ABIS)
		abi = ABIS - 1;
	attr.handled_access_fs = (UINT64_C(1) << fs_rights[abi]) - 1;
	if (abi >= 4)
		attr.handled_access_net = 3; /* bind and connect of TCP */
	if (abi >= 6)
		attr.scoped = 3; /* abstract sockets and signals outside */
	fd = (int)syscall(LANDLOCK_SYS_CREATE_RULESET, &attr,
	    landlock_size[abi], 0);
	if (fd < 0)
		return err_sys(e, "Landlock rule set");
	if (syscall(LANDLOCK_SYS_RESTRICT_SELF, fd, 0) < 0)
		return err_sys(e, "Landlock restriction");
	return 0;
}

/* There is one thread, so the calls themselves do, and not the libc's. */
static int
drop_ids(const struct role *r, struct err *e)
{
	if (syscall(SYS_setgroups, (size_t)0, NULL) < 0)
		return err_sys(e, "setgroups");
	if (syscall(SYS_setresgid, r->gid, r->gid, r->gid) < 0)
		return err_sys(e, "setresgid %u", (unsigned)r->gid);
	if (syscall(SYS_setresuid, r->uid, r->uid, r->uid) < 0)
		return err_sys(e, "setresuid %u", (unsigned)r->uid);
	return 0;
}

static int
drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capset, &head, none) < 0)
		return err_sys(e, "capset");
	return 0;
}

/*
 * Decide about the numbers list[0 .. n): a balanced tree of comparisons, so
 * that the kernel, which tries the filter with every number there is when it
 * is installed, is done in a tenth of the time that a plain list takes.
 */
static void
add_tree(struct program *p, const int *list, size_t n)
{
	size_t half = n / 2;
	size_t branch;

	if (n == 1) {
		add_jump(p, BPF_JEQ, list[0], 0, 1);
		add_verdict(p, SECCOMP_RET_ALLOW);
		add_verdict(p, SECCOMP_RET_KILL_PROCESS);
		return;
	}
	branch = p->len;
	add_jump(p, BPF_JGE, list[half], 0, 0);
	add_tree(p, list, half);
	p->code[branch].jt = (unsigned char)(p->len - branch - 1);
	add_tree(p, list + half, n - half);
}

/* Ascending. They are few, so this is shorter and faster than qsort(). */
static void
sort_numbers(int *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		int x = v[i];
		size_t at = i;

		for (; at > 0 && v[at - 1] > x; at--)
			v[at] = v[at - 1];
		v[at] = x;
	}
}

int
confine_syscalls(const struct confine_syscall *list, size_t n, struct err *e)
{
	int numbers[CONFINE_SYSCALLS_MAX];
	struct program p = { .len = 0 };
	struct sock_fprog prog = { .filter = p.code };

	if (n == 0 || n > CONFINE_SYSCALLS_MAX)
		return err_set(e, ERR_LIMIT, "a filter of %zu calls", n);
	for (size_t i = 0; i < n; i++)
		numbers[i] = list[i].number;
	sort_numbers(numbers, n);
	add_load(&p, offsetof(struct seccomp_data, arch));
	add_jump(&p, BPF_JEQ, (int)NATIVE_ARCH, 1, 0);
	add_verdict(&p, SECCOMP_RET_KILL_PROCESS);
	/*
	 * Numbers compare whole and unsigned, so the x32 calls of x86_64 (bit
	 * 30 set) match nothing.
	 */
	add_load(&p, offsetof(struct seccomp_data, nr));
	add_tree(&p, numbers, n);
	prog.len = (unsigned short)p.len;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) < 0)
		return err_sys(e, "seccomp filter of %zu calls", n);
	return 0;
}

static int
set_flag(int option, unsigned long value, const char *name, struct err *e)
{
	if (prctl(option, value, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "%s", name);
	return 0;
}

/*
 * Memory that was written does not become code. The flag outlives execve(), so
 * it is for roles that start no program: those of containers may compile. A
 * kernel before 6.3, which a stock guest may have, does not know it.
 */
static int
refuse_new_code(struct err *e)
{
	if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0UL, 0UL, 0UL) < 0 &&
	    errno != EINVAL)
		return err_sys(e, "PR_SET_MDWE");
	return 0;
}

int
confine_role(const struct role *r, struct err *e)
{
	if (close_beyond(ROLE_FD_END, e) < 0 || limit_resources(r, e) < 0)
		goto fail;
	if (r->no_files && deny_files(e) < 0)
		goto fail;
	if (r->uid != 0) {
		if (drop_ids(r, e) < 0 || drop_capabilities(e) < 0)
			goto fail;
	}
	if (r->uid != 0 || r->syscalls != NULL) {
		if (set_flag(PR_SET_NO_NEW_PRIVS, 1, "no_new_privs", e) < 0)
			goto fail;
	}
	if (set_flag(PR_SET_DUMPABLE, 0, "PR_SET_DUMPABLE", e) < 0)
		goto fail;
	if (r->syscalls != NULL &&
	    (refuse_new_code(e) < 0 ||
		confine_syscalls(r->syscalls, r->n_syscalls, e) < 0))
		goto fail;
	return 0;
fail:
	return err_wrap(e, "confine role '%s'", r->name);
}
