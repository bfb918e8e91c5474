#include "oci/cgroup_device.h"
#include "tests/unit/oci/bundle.h"

static struct err e;

/* What the kernel does with the program: returns its verdict. */
static uint64_t
interpret(const struct bpf_insn *code, size_t n,
    const struct bpf_cgroup_dev_ctx *ctx)
{
	uint64_t r[11] = { 0 };

	for (size_t at = 0; at < n; at++) {
		const struct bpf_insn *i = &code[at];
		uint64_t *d = &r[i->dst_reg];
		uint64_t imm = (uint64_t)(int64_t)i->imm;
		bool jump = false;

		switch (i->code) {
		case BPF_LDX | BPF_W | BPF_MEM:
			EQ_INT(i->src_reg, BPF_REG_1);
			OK(i->off >= 0 && i->off <= 8 && i->off % 4 == 0);
			*d = ((const uint32_t *)ctx)[i->off / 4];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_X:
			*d = r[i->src_reg];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_K:
			*d = imm;
			break;
		case BPF_ALU64 | BPF_RSH | BPF_K:
			*d >>= imm;
			break;
		case BPF_ALU64 | BPF_AND | BPF_K:
			*d &= imm;
			break;
		case BPF_JMP | BPF_JNE | BPF_K:
			jump = *d != imm;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			jump = (*d & imm) != 0;
			break;
		case BPF_JMP | BPF_JA:
			jump = true;
			break;
		case BPF_JMP | BPF_EXIT:
			return r[0];
		default:
			OK(!"a known instruction");
		}
		if (jump)
			at += (size_t)i->off;
	}
	OK(!"an end");
	return 0;
}

static Grpc__LinuxDeviceCgroup *
rule(bool allow, const char *type, int64_t major_nr, int64_t minor_nr,
    const char *access)
{
	static Grpc__LinuxDeviceCgroup pool[16];
	static size_t n;
	Grpc__LinuxDeviceCgroup *d = &pool[n++ % 16];

	grpc__linux_device_cgroup__init(d);
	d->allow = allow;
	d->type = (char *)type;
	d->major = major_nr;
	d->minor = minor_nr;
	d->access = (char *)access;
	return d;
}

static bool
allowed(const Grpc__Linux *l, char type, unsigned major_nr, unsigned minor_nr,
    const char *access)
{
	static struct cgroup_device_rules rules;
	static struct bpf_insn code[CGROUP_DEVICE_INSNS_MAX];
	struct bpf_cgroup_dev_ctx ctx = { .major = major_nr,
		.minor = minor_nr };
	uint32_t bits = 0;

	for (const char *s = access; *s != '\0'; s++)
		bits |= *s == 'r'   ? BPF_DEVCG_ACC_READ
			: *s == 'w' ? BPF_DEVCG_ACC_WRITE
				    : BPF_DEVCG_ACC_MKNOD;
	ctx.access_type = bits << 16 | (type == 'c' ? BPF_DEVCG_DEV_CHAR
						    : BPF_DEVCG_DEV_BLOCK);
	OK(cgroup_device_parse(l, &rules, &e) == 0);
	return interpret(code, cgroup_device_assemble(&rules, code), &ctx) != 0;
}

TEST(denies_devices_that_no_rule_allows)
{
	OK(allowed(NULL, 'c', 1, 3, "rw"));
	OK(allowed(NULL, 'c', 1, 3, "rwm"));
	OK(allowed(NULL, 'c', 136, 77, "rw"));
	OK(allowed(NULL, 'c', 5, 2, "rw"));
	OK(!allowed(NULL, 'c', 1, 1, "r"));
	OK(!allowed(NULL, 'b', 1, 3, "r"));
	OK(allowed(NULL, 'b', 8, 0, "m"));
	OK(!allowed(NULL, 'b', 8, 0, "rm"));
	OK(!allowed(NULL, 'c', 10, 229, "rw"));
}

TEST(the_last_rule_about_an_access_decides_it)
{
	Grpc__Linux l = GRPC__LINUX__INIT;
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxDevice d = GRPC__LINUX_DEVICE__INIT;
	Grpc__LinuxDevice *ds[] = { &d };
	Grpc__LinuxDeviceCgroup *list[] = {
		rule(true, "a", 0, 0, "rwm"),
		rule(false, "b", 8, -1, "w"),
		rule(false, "c", 10, 229, "rwm"),
		rule(true, "c", 10, 229, "r"),
		rule(true, "c", 10, 229, "w"),
		rule(false, "c", 1, 3, "rwm"),
		rule(false, "c", 7, 7, ""),
	};

	l.resources = &r;
	r.devices = list;
	r.n_devices = 7;
	OK(allowed(&l, 'c', 99, 99, "rwm"));
	OK(allowed(&l, 'b', 8, 5, "r"));
	OK(!allowed(&l, 'b', 8, 5, "rw"));
	/* two rules together allow what neither does alone */
	OK(allowed(&l, 'c', 10, 229, "rw"));
	OK(allowed(&l, 'c', 7, 6, "rw"));
	OK(!allowed(&l, 'c', 7, 7, "r"));
	/* the default devices stay */
	OK(allowed(&l, 'c', 1, 3, "rw"));
	/* and so do the container's own */
	d.path = "/dev/x";
	d.type = "b";
	d.major = 8;
	d.minor = 5;
	l.devices = ds;
	l.n_devices = 1;
	OK(allowed(&l, 'b', 8, 5, "rw"));
	OK(!allowed(&l, 'b', 8, 6, "rw"));
}

TEST(refuses_malformed_device_rules)
{
	static struct cgroup_device_rules rules;
	Grpc__Linux l = GRPC__LINUX__INIT;
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxDeviceCgroup *bad[] = {
		rule(true, "x", 1, 1, "r"),
		rule(true, "c", -2, 1, "r"),
		rule(true, "c", 1, INT64_C(1) << 32, "r"),
		rule(true, "c", 1, 1, "rx"),
	};
	Grpc__LinuxDeviceCgroup *many[OCI_DEVICE_RULES_MAX];

	l.resources = &r;
	r.n_devices = 1;
	for (size_t i = 0; i < 4; i++) {
		r.devices = &bad[i];
		EQ_INT(cgroup_device_parse(&l, &rules, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	for (size_t i = 0; i < OCI_DEVICE_RULES_MAX; i++)
		many[i] = rule(true, "c", 1, 1, "r");
	r.devices = many;
	r.n_devices = OCI_DEVICE_RULES_MAX;
	EQ_INT(cgroup_device_parse(&l, &rules, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	/* the largest that fits is one that the kernel takes */
	r.n_devices = OCI_DEVICE_RULES_MAX - 10;
	EQ_INT(cgroup_device_parse(&l, &rules, &e), 0);
	EQ_INT(rules.n, OCI_DEVICE_RULES_MAX);
	bundle_world();
	int fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY);
	OK(mkdirat(fd, "husk-rules", 0755) == 0);
	int leaf = openat(fd, "husk-rules", O_RDONLY | O_DIRECTORY);
	int rc = cgroup_device_attach(leaf, &rules, &e);
	unlinkat(fd, "husk-rules", AT_REMOVEDIR);
	if (rc < 0)
		printf("# %s\n", e.msg);
	EQ_INT(rc, 0);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
