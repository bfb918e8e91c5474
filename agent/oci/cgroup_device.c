#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup_device.h"
#include "oci/sys.h"

enum {
	ACCESS_ALL =
	    BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
	TYPE_BITS = 16 /* of access_type; above them is the access */
};

/* Registers of the program. */
enum {
	RET = BPF_REG_0,
	CTX = BPF_REG_1,
	TYPE = BPF_REG_2,
	NEED = BPF_REG_3, /* accesses that no rule has allowed yet */
	MAJOR = BPF_REG_4,
	MINOR = BPF_REG_5
};

/*
 * Every container has these: nodes may be made of anything (which is not to
 * open them), and the default devices, terminals and their multiplexer may
 * be used.
 */
static const struct cgroup_device_rule defaults[] = {
	{ true, BPF_DEVCG_DEV_CHAR, BPF_DEVCG_ACC_MKNOD, CGROUP_DEVICE_ANY,
	    CGROUP_DEVICE_ANY },
	{ true, BPF_DEVCG_DEV_BLOCK, BPF_DEVCG_ACC_MKNOD, CGROUP_DEVICE_ANY,
	    CGROUP_DEVICE_ANY },
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 3 }, /* null */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 5 }, /* zero */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 7 }, /* full */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 8 }, /* random */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 9 }, /* urandom */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 5, 0 }, /* tty */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 5, 2 }, /* ptmx */
	{ true, BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 136,
	    CGROUP_DEVICE_ANY }, /* pts */
};

static int
add(struct cgroup_device_rules *r, const struct cgroup_device_rule *rule,
    struct err *e)
{
	if (r->n == OCI_DEVICE_RULES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d device rules",
		    OCI_DEVICE_RULES_MAX);
	r->rule[r->n++] = *rule;
	return 0;
}

/* "a" is its own answer: everything, whatever the numbers say. */
static int
parse_rule(const Grpc__LinuxDeviceCgroup *d, struct cgroup_device_rule *ret,
    struct err *e)
{
	struct cgroup_device_rule r = {
		.allow = d->allow,
		.major = d->major,
		.minor = d->minor,
	};

	if (str_eq(d->type, "a") || str_eq(d->type, "")) {
		r.major = CGROUP_DEVICE_ANY;
		r.minor = CGROUP_DEVICE_ANY;
	} else if (str_eq(d->type, "c")) {
		r.type = BPF_DEVCG_DEV_CHAR;
	} else if (str_eq(d->type, "b")) {
		r.type = BPF_DEVCG_DEV_BLOCK;
	} else {
		return err_set(e, ERR_ARGUMENT, "device rule of type %s",
		    STR_QUOTED(d->type));
	}
	if (r.major < CGROUP_DEVICE_ANY || r.minor < CGROUP_DEVICE_ANY ||
	    r.major > INT32_MAX || r.minor > INT32_MAX)
		return err_set(e, ERR_ARGUMENT, "device rule for %lld:%lld",
		    (long long)d->major, (long long)d->minor);
	for (const char *s = d->access; *s != '\0'; s++) {
		if (*s == 'r')
			r.access |= BPF_DEVCG_ACC_READ;
		else if (*s == 'w')
			r.access |= BPF_DEVCG_ACC_WRITE;
		else if (*s == 'm')
			r.access |= BPF_DEVCG_ACC_MKNOD;
		else
			return err_set(e, ERR_ARGUMENT, "device access %s",
			    STR_QUOTED(d->access));
	}
	/* Without a word about access, all of it is meant. */
	if (r.access == 0)
		r.access = ACCESS_ALL;
	*ret = r;
	return 0;
}

int
cgroup_device_parse(const Grpc__Linux *l, struct cgroup_device_rules *ret,
    struct err *e)
{
	const Grpc__LinuxResources *res = l != NULL ? l->resources : NULL;
	struct cgroup_device_rule rule;

	ret->n = 0;
	for (size_t i = 0; res != NULL && i < res->n_devices; i++) {
		if (parse_rule(res->devices[i], &rule, e) < 0 ||
		    add(ret, &rule, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		if (add(ret, &defaults[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; l != NULL && i < l->n_devices; i++) {
		const Grpc__LinuxDevice *d = l->devices[i];

		if (str_eq(d->type, "p"))
			continue;
		rule = (struct cgroup_device_rule){
			.allow = true,
			.type = str_eq(d->type, "b") ? BPF_DEVCG_DEV_BLOCK
						     : BPF_DEVCG_DEV_CHAR,
			.access = ACCESS_ALL,
			.major = d->major,
			.minor = d->minor,
		};
		if (rule.major < 0 || rule.minor < 0)
			return err_set(e, ERR_ARGUMENT, "device %s",
			    STR_QUOTED(d->path));
		if (add(ret, &rule, e) < 0)
			return -1;
	}
	return 0;
}

static struct bpf_insn
insn(int code, int dst, int src, int off, int32_t imm)
{
	struct bpf_insn i = {
		.code = (uint8_t)code,
		.dst_reg = (uint8_t)(dst & 15),
		.src_reg = (uint8_t)(src & 15),
		.off = (int16_t)off,
		.imm = imm,
	};

	return i;
}

/* Compare a register; on a difference go on to the next rule at end. */
static size_t
unless(struct bpf_insn *code, size_t at, size_t end, int reg, int64_t value)
{
	code[at] = insn(BPF_JMP | BPF_JNE | BPF_K, reg, 0, (int)(end - at - 1),
	    (int32_t)value);
	return at + 1;
}

static size_t
assemble_rule(const struct cgroup_device_rule *r, struct bpf_insn *code,
    size_t at)
{
	size_t end =
	    at + 4 + (r->type != 0) + (r->major >= 0) + (r->minor >= 0);

	if (r->type != 0)
		at = unless(code, at, end, TYPE, r->type);
	if (r->major >= 0)
		at = unless(code, at, end, MAJOR, r->major);
	if (r->minor >= 0)
		at = unless(code, at, end, MINOR, r->minor);
	if (r->allow) {
		code[at++] = insn(BPF_ALU64 | BPF_AND | BPF_K, NEED, 0, 0,
		    (int32_t)(ACCESS_ALL & ~r->access));
		code[at++] = insn(BPF_JMP | BPF_JNE | BPF_K, NEED, 0, 2, 0);
	} else {
		code[at++] = insn(BPF_JMP | BPF_JSET | BPF_K, NEED, 0, 1,
		    (int32_t)r->access);
		code[at++] = insn(BPF_JMP | BPF_JA, 0, 0, 2, 0);
	}
	code[at++] = insn(BPF_ALU64 | BPF_MOV | BPF_K, RET, 0, 0, r->allow);
	code[at++] = insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return at;
}

size_t
cgroup_device_assemble(const struct cgroup_device_rules *r,
    struct bpf_insn ret[CGROUP_DEVICE_INSNS_MAX])
{
	enum {
		LOAD = BPF_LDX | BPF_W | BPF_MEM
	};
	size_t at = 0;

	ret[at++] = insn(LOAD, TYPE, CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, access_type), 0);
	ret[at++] = insn(BPF_ALU64 | BPF_MOV | BPF_X, NEED, TYPE, 0, 0);
	ret[at++] = insn(BPF_ALU64 | BPF_RSH | BPF_K, NEED, 0, 0, TYPE_BITS);
	ret[at++] =
	    insn(BPF_ALU64 | BPF_AND | BPF_K, TYPE, 0, 0, (1 << TYPE_BITS) - 1);
	ret[at++] = insn(LOAD, MAJOR, CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, major), 0);
	ret[at++] = insn(LOAD, MINOR, CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, minor), 0);
	for (size_t i = r->n; i > 0; i--)
		at = assemble_rule(&r->rule[i - 1], ret, at);
	ret[at++] = insn(BPF_ALU64 | BPF_MOV | BPF_K, RET, 0, 0, 0);
	ret[at++] = insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return at;
}

int
cgroup_device_attach(int dirfd, const struct cgroup_device_rules *r,
    struct err *e)
{
	static const char licence[] = "Apache-2.0";
	struct bpf_insn code[CGROUP_DEVICE_INSNS_MAX];
	union bpf_attr attr;
	AUTO_FD int prog = -1;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uint64_t)(uintptr_t)code;
	attr.insn_cnt = (uint32_t)cgroup_device_assemble(r, code);
	attr.license = (uint64_t)(uintptr_t)licence;
	prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0)
		return err_sys(e, "load the device filter");
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)dirfd;
	attr.attach_bpf_fd = (uint32_t)prog;
	attr.attach_type = BPF_CGROUP_DEVICE;
	/* A cgroup below can then only narrow it. */
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	if (sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)) < 0)
		return err_sys(e, "attach the device filter");
	return 0;
}
