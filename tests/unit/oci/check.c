/*
 * Refusals of container_check() and the tables behind it, without any system
 * call.
 */
#include "oci/capability.h"
#include "oci/container.h"
#include "oci/limits.h"
#include "oci/passwd.h"
#include "oci/rlimit.h"
#include "oci/sysctl.h"
#include "tests/unit/oci/bundle.h"

static struct err e;

static void
good(struct bundle *b)
{
	bundle_init(b);
	bundle_args(b, "probe", NULL);
	b->root.path = "/run/rootfs";
	MOUNT(b, "/proc", "proc", "proc", "nosuid");
	EQ_INT(container_check(&b->spec, NULL, &e), 0);
	EQ_INT(container_check(NULL, &b->process, &e), 0);
}

static void
expect(struct bundle *b, enum err_code code, const char *text)
{
	EQ_INT(container_check(&b->spec, NULL, &e), -1);
	if (e.code != code || strstr(e.msg, text) == NULL)
		printf("# %s: %s\n", err_name(e.code), e.msg);
	EQ_INT(e.code, code);
	OK(strstr(e.msg, text) != NULL);
	good(b);
}

TEST(refuses_unsupported_fields_by_name)
{
	static Grpc__LinuxSeccomp seccomp = GRPC__LINUX_SECCOMP__INIT;
	static Grpc__LinuxIntelRdt rdt = GRPC__LINUX_INTEL_RDT__INIT;
	static Grpc__Windows windows = GRPC__WINDOWS__INIT;
	static Grpc__Solaris solaris = GRPC__SOLARIS__INIT;
	static Grpc__LinuxIDMapping map = GRPC__LINUX_IDMAPPING__INIT;
	static Grpc__LinuxIDMapping *maps[] = { &map };
	static Grpc__Hooks hooks = GRPC__HOOKS__INIT;
	static Grpc__Hook hook = GRPC__HOOK__INIT;
	static Grpc__Hook *list[] = { &hook };
	struct bundle b;

	good(&b);
	b.process.selinuxlabel = "system_u:x";
	expect(&b, ERR_UNSUPPORTED, "SELinux label");
	b.linux.mountlabel = "system_u:x";
	expect(&b, ERR_UNSUPPORTED, "SELinux mount label");
	b.linux.seccomp = &seccomp;
	expect(&b, ERR_UNSUPPORTED, "seccomp profile");
	b.linux.intelrdt = &rdt;
	expect(&b, ERR_UNSUPPORTED, "IntelRdt");
	b.linux.uidmappings = maps;
	b.linux.n_uidmappings = 1;
	expect(&b, ERR_UNSUPPORTED, "user namespaces");
	b.linux.gidmappings = maps;
	b.linux.n_gidmappings = 1;
	expect(&b, ERR_UNSUPPORTED, "user namespaces");
	b.spec.windows = &windows;
	expect(&b, ERR_UNSUPPORTED, "another system");
	b.spec.solaris = &solaris;
	expect(&b, ERR_UNSUPPORTED, "another system");
	b.spec.hooks = &hooks;
	good(&b);
	b.spec.hooks = &hooks;
	hooks.createcontainer = list;
	hooks.n_createcontainer = 1;
	expect(&b, ERR_UNSUPPORTED, "hooks");
	b.linux.rootfspropagation = "sideways";
	expect(&b, ERR_UNSUPPORTED, "root propagation 'sideways'");
}

TEST(refuses_namespaces_that_it_does_not_do)
{
	static Grpc__LinuxNamespace one = GRPC__LINUX_NAMESPACE__INIT;
	static Grpc__LinuxNamespace two = GRPC__LINUX_NAMESPACE__INIT;
	static Grpc__LinuxNamespace *list[] = { &one, &two };
	static const char *const bad[][2] = {
		{ "user", "user namespaces" },
		{ "time", "time namespaces" },
		{ "other", "namespace 'other'" },
		{ "", "namespace ''" },
	};
	struct bundle b;

	good(&b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b.linux.namespaces = list;
		b.linux.n_namespaces = 1;
		one.type = (char *)bad[i][0];
		expect(&b, ERR_UNSUPPORTED, bad[i][1]);
	}
	one.type = two.type = "pid";
	b.linux.namespaces = list;
	b.linux.n_namespaces = 2;
	expect(&b, ERR_ARGUMENT, "namespace 'pid' twice");
}

TEST(refuses_malformed_processes)
{
	static uint32_t groups[] = { 1, UINT32_MAX };
	struct bundle b;

	good(&b);
	b.process.n_args = 0;
	expect(&b, ERR_ARGUMENT, "no program");
	b.process.cwd = "relative";
	expect(&b, ERR_ARGUMENT, "cwd 'relative' is not absolute");
	b.process.cwd = "/a/../b";
	expect(&b, ERR_ARGUMENT, "cwd");
	b.process.oomscoreadj = 1001;
	expect(&b, ERR_ARGUMENT, "OOMScoreAdj 1001");
	b.process.oomscoreadj = -1001;
	expect(&b, ERR_ARGUMENT, "OOMScoreAdj -1001");
	b.user.uid = UINT32_MAX;
	expect(&b, ERR_ARGUMENT, "user or group id");
	b.user.gid = UINT32_MAX;
	expect(&b, ERR_ARGUMENT, "user or group id");
	b.user.additionalgids = groups;
	b.user.n_additionalgids = 2;
	expect(&b, ERR_ARGUMENT, "additional group");
	b.user.n_additionalgids = OCI_GROUPS_MAX + 1;
	expect(&b, ERR_LIMIT, "additional groups");
	b.process.n_args = OCI_ARGS_MAX + 1;
	expect(&b, ERR_LIMIT, "arguments");
	b.spec.process = NULL;
	expect(&b, ERR_ARGUMENT, "no process");
	b.spec.root = NULL;
	expect(&b, ERR_ARGUMENT, "no root");
	b.root.path = "rootfs";
	expect(&b, ERR_ARGUMENT, "root 'rootfs'");
	b.spec.hostname = "a-name-of-more-than-sixty-four-characters-"
			  "is-too-long-for-linux-to-take";
	expect(&b, ERR_ARGUMENT, "host name");
	b.spec.n_mounts = OCI_MOUNTS_MAX + 1;
	expect(&b, ERR_LIMIT, "mounts");
}

TEST(refuses_malformed_devices)
{
	static const struct {
		const char *path, *type;
		int64_t major, minor;
		enum err_code code;
	} rows[] = {
		{ "/dev/x", "c", 1, 3, ERR_NONE },
		{ "/dev/x", "p", 0, 0, ERR_NONE },
		{ "/dev/x", "x", 1, 3, ERR_UNSUPPORTED },
		{ "/dev/x", "", 1, 3, ERR_UNSUPPORTED },
		{ "dev/x", "c", 1, 3, ERR_ARGUMENT },
		{ "/dev/../x", "c", 1, 3, ERR_ARGUMENT },
		{ "/dev/", "c", 1, 3, ERR_ARGUMENT },
		{ "/", "c", 1, 3, ERR_ARGUMENT },
		{ "/dev/.", "c", 1, 3, ERR_ARGUMENT },
		{ "/dev/x", "c", 4095, 1048575, ERR_NONE },
		{ "/dev/x", "c", 4096, 3, ERR_ARGUMENT },
		{ "/dev/x", "c", 1, 1048576, ERR_ARGUMENT },
		{ "/dev/x", "b", -1, 3, ERR_ARGUMENT },
	};
	Grpc__LinuxDevice d = GRPC__LINUX_DEVICE__INIT;
	Grpc__LinuxDevice *list[] = { &d };
	struct bundle b;

	good(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		d.path = (char *)rows[i].path;
		d.type = (char *)rows[i].type;
		d.major = rows[i].major;
		d.minor = rows[i].minor;
		b.linux.devices = list;
		b.linux.n_devices = 1;
		e.code = ERR_NONE;
		EQ_INT(container_check(&b.spec, NULL, &e),
		    rows[i].code == ERR_NONE ? 0 : -1);
		EQ_INT(e.code, rows[i].code);
	}
}

TEST(knows_capabilities_by_name)
{
	static char *names[] = { "CAP_CHOWN", "CAP_CHECKPOINT_RESTORE" };
	static const char *const bad[] = { "CHOWN", "CAP_", "cap_chown", "",
		"CAP_CHOWNX", "CAP_NOTHING" };
	Grpc__LinuxCapabilities c = GRPC__LINUX_CAPABILITIES__INIT;
	struct capability_sets s;

	EQ_INT(capability_parse(NULL, &s, &e), 0);
	EQ_INT(s.bounding | s.permitted | s.effective, 0);
	c.bounding = c.permitted = c.effective = names;
	c.n_bounding = c.n_permitted = 2;
	c.n_effective = 1;
	EQ_INT(capability_parse(&c, &s, &e), 0);
	EQ_INT(s.bounding, UINT64_C(1) << 40 | 1);
	EQ_INT(s.effective, 1);
	c.ambient = names;
	c.n_ambient = 1;
	EQ_INT(capability_parse(&c, &s, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	c.inheritable = names;
	c.n_inheritable = 1;
	EQ_INT(capability_parse(&c, &s, &e), 0);
	c.n_permitted = 0;
	EQ_INT(capability_parse(&c, &s, &e), -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *one[] = { (char *)bad[i] };
		Grpc__LinuxCapabilities x = GRPC__LINUX_CAPABILITIES__INIT;

		x.bounding = one;
		x.n_bounding = 1;
		EQ_INT(capability_parse(&x, &s, &e), -1);
		EQ_INT(e.code, ERR_UNSUPPORTED);
	}
}

TEST(knows_rlimits_by_name)
{
	Grpc__POSIXRlimit a = GRPC__POSIXRLIMIT__INIT;
	Grpc__POSIXRlimit b = GRPC__POSIXRLIMIT__INIT;
	Grpc__POSIXRlimit *list[] = { &a, &b };

	a.type = "RLIMIT_NOFILE";
	b.type = "RLIMIT_CORE";
	a.hard = b.hard = UINT64_MAX;
	EQ_INT(rlimit_check(list, 2, &e), 0);
	b.type = "RLIMIT_NOFILE";
	EQ_INT(rlimit_check(list, 2, &e), -1);
	EQ_STR(e.msg, "rlimit RLIMIT_NOFILE twice");
	b.type = "NOFILE";
	EQ_INT(rlimit_check(list, 2, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	b.type = "RLIMIT_CORE";
	b.hard = 1;
	b.soft = 2;
	EQ_INT(rlimit_check(list, 2, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
}

TEST(reads_sysctl_names_in_both_notations)
{
	static const struct {
		const char *name, *path;
		enum err_code code;
	} rows[] = {
		{ "kernel.shmmax", "kernel/shmmax", ERR_NONE },
		{ "kernel/shmmax", "kernel/shmmax", ERR_NONE },
		{ "kernel.sem", "kernel/sem", ERR_NONE },
		{ "kernel.domainname", "kernel/domainname", ERR_NONE },
		{ "fs.mqueue.msg_max", "fs/mqueue/msg_max", ERR_NONE },
		{ "net.ipv4.conf.eth0/100.rp_filter",
		    "net/ipv4/conf/eth0.100/rp_filter", ERR_NONE },
		{ "net/ipv4/conf/eth0.100/rp_filter",
		    "net/ipv4/conf/eth0.100/rp_filter", ERR_NONE },
		{ "kernel.panic", NULL, ERR_UNSUPPORTED },
		{ "kernel.hostname", NULL, ERR_UNSUPPORTED },
		{ "kernel.core_pattern", NULL, ERR_UNSUPPORTED },
		{ "kernel.semx", NULL, ERR_UNSUPPORTED },
		{ "vm.swappiness", NULL, ERR_UNSUPPORTED },
		{ "fs.file-max", NULL, ERR_UNSUPPORTED },
		{ "fs.mqueue", NULL, ERR_UNSUPPORTED },
		{ "net", NULL, ERR_UNSUPPORTED },
		{ "net/../kernel/panic", NULL, ERR_ARGUMENT },
		{ "net.//.kernel", NULL, ERR_ARGUMENT },
		{ "net..ipv4", NULL, ERR_ARGUMENT },
		{ "/net/ipv4", NULL, ERR_ARGUMENT },
		{ ".net", NULL, ERR_ARGUMENT },
		{ "net/ipv4/", NULL, ERR_ARGUMENT },
		{ "", NULL, ERR_ARGUMENT },
	};
	char path[SYSCTL_NAME_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = sysctl_path(rows[i].name, path, &e);

		if (rc != (rows[i].code == ERR_NONE ? 0 : -1))
			printf("# %s\n", rows[i].name);
		EQ_INT(rc, rows[i].code == ERR_NONE ? 0 : -1);
		if (rc == 0)
			EQ_STR(path, rows[i].path);
		else
			EQ_INT(e.code, rows[i].code);
	}
}

TEST(finds_a_home_in_passwd)
{
	static const struct {
		const char *text;
		uint32_t uid;
		const char *home;
	} rows[] = {
		{ "root:x:0:0:root:/root:/bin/sh\n", 0, "/root" },
		{ "root:x:0:0:root:/root:/bin/sh", 0, "/root" },
		{ "root:x:0:0:root:/root", 0, "/root" },
		{ "a:x:1:1::/a:\nb:x:2:2::/b:\n", 2, "/b" },
		{ "a:x:1:1::/a:\nb:x:1:2::/b:\n", 1, "/a" },
		{ "broken\n:::\n\nb:x:2:2::/b:\n", 2, "/b" },
		{ "a:x:0x2:1::/a:\nb:x:2:2::/b:\n", 2, "/b" },
		{ "a:x:4294967298:1::/a:\n", 2, NULL },
		{ "a:x:-1:1::/a:\n", UINT32_MAX, NULL },
		{ "a:x:1:1::relative:\n", 1, NULL },
		{ "a:x:1:1:::\n", 1, NULL },
		{ "a:x:1\n", 1, NULL },
		{ "", 0, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char home[PATH_MAX] = "untouched";
		size_t n = strlen(rows[i].text);
		char *text = malloc(n + 1);
		int rc;

		memcpy(text, rows[i].text, n);
		rc = passwd_home(span_of(text, n), rows[i].uid, home);
		EQ_INT(rc, rows[i].home != NULL ? 0 : -1);
		EQ_STR(home, rows[i].home != NULL ? rows[i].home : "untouched");
		free(text);
	}
}

TEST(a_home_that_is_too_long_is_none)
{
	char text[PATH_MAX + 64], home[PATH_MAX];
	size_t n = (size_t)snprintf(text, sizeof(text), "a:x:1:1::/");

	memset(text + n, 'h', PATH_MAX - 2);
	n += PATH_MAX - 2;
	EQ_INT(passwd_home(span_of(text, n), 1, home), 0);
	EQ_INT(strlen(home), PATH_MAX - 1);
	text[n++] = 'h';
	EQ_INT(passwd_home(span_of(text, n), 1, home), -1);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
