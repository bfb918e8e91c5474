/*
 * Requests as a runtime would send them, for the tests of the sandbox role.
 * The container's root is an empty directory with the host's programs bound
 * into it, so that it can run /bin/sh.
 */
#ifndef TESTS_UNIT_SANDBOX_REQUEST_H
#define TESTS_UNIT_SANDBOX_REQUEST_H

#include "oci/container.h"
#include "sandbox/scsiscan.h"
#include "tests/unit/sandbox/fixture.h"

struct sample_mount {
	const char *destination, *source, *type, *option;
};

static const struct sample_mount sample_mounts[] = {
	{ "/proc", "proc", "proc", "nosuid" },
	{ "/dev", "tmpfs", "tmpfs", "nosuid" },
	{ "/dev/pts", "devpts", "devpts", "newinstance" },
	{ "/usr", "/usr", "bind", "rbind" },
};

enum {
	SAMPLE_MOUNTS = sizeof(sample_mounts) / sizeof(sample_mounts[0])
};

/* One CreateContainer; everything in it may be changed before it is sent. */
struct sample {
	Grpc__CreateContainerRequest m;
	Grpc__Spec spec;
	Grpc__Root root;
	Grpc__Linux linux;
	Grpc__Process process;
	Grpc__User user;
	Grpc__Mount mounts[SAMPLE_MOUNTS], *mount_list[SAMPLE_MOUNTS];
	char *options[SAMPLE_MOUNTS];
	Grpc__LinuxNamespace ns[3], *ns_list[3];
	char *args[3];
	char *env[1];
	char cgroup[128];
	Grpc__Storage storages[4], *storage_list[4];
	char *storage_options[4][4];
	Grpc__Device device, *device_list[1];
	Grpc__LinuxDevice oci_device, *oci_device_list[1];
};

static inline void
sample_namespaces(struct sample *s)
{
	static const char *const types[] = { "ipc", "uts", "mount" };

	for (int i = 0; i < 3; i++) {
		grpc__linux_namespace__init(&s->ns[i]);
		s->ns[i].type = (char *)types[i];
		s->ns_list[i] = &s->ns[i];
	}
	s->linux.n_namespaces = 3;
	s->linux.namespaces = s->ns_list;
}

static inline void
sample_mounts_fill(struct sample *s)
{
	for (int i = 0; i < SAMPLE_MOUNTS; i++) {
		grpc__mount__init(&s->mounts[i]);
		s->mounts[i].destination = (char *)sample_mounts[i].destination;
		s->mounts[i].source = (char *)sample_mounts[i].source;
		s->mounts[i].type = (char *)sample_mounts[i].type;
		s->options[i] = (char *)sample_mounts[i].option;
		s->mounts[i].n_options = 1;
		s->mounts[i].options = &s->options[i];
		s->mount_list[i] = &s->mounts[i];
	}
	s->spec.n_mounts = SAMPLE_MOUNTS;
	s->spec.mounts = s->mount_list;
}

/* A process that runs script in /bin/sh. */
static inline void
sample_process(Grpc__Process *p, Grpc__User *u, char *args[3], char *env[1],
    const char *script)
{
	grpc__process__init(p);
	grpc__user__init(u);
	p->user = u;
	args[0] = (char *)"/bin/sh";
	args[1] = (char *)"-c";
	args[2] = (char *)script;
	env[0] = (char *)"PATH=/usr/bin:/bin";
	p->n_args = 3;
	p->args = args;
	p->n_env = 1;
	p->env = env;
	p->cwd = (char *)"/";
}

static inline void
sample_init(struct sample *s, const char *id, const char *script)
{
	memset(s, 0, sizeof(*s));
	grpc__create_container_request__init(&s->m);
	grpc__spec__init(&s->spec);
	grpc__root__init(&s->root);
	grpc__linux__init(&s->linux);
	s->m.container_id = (char *)id;
	s->m.oci = &s->spec;
	s->spec.version = (char *)"1.1.0";
	s->spec.root = &s->root;
	s->root.path = (char *)FIXTURE_ROOT;
	s->spec.linux = &s->linux;
	snprintf(s->cgroup, sizeof(s->cgroup), "/pod/%s", id);
	s->linux.cgroupspath = s->cgroup;
	s->spec.process = &s->process;
	sample_process(&s->process, &s->user, s->args, s->env, script);
	sample_namespaces(s);
	sample_mounts_fill(s);
}

/* Append a storage. */
static inline Grpc__Storage *
sample_storage(struct sample *s, const char *driver, const char *source,
    const char *fstype, const char *mount_point)
{
	size_t i = s->m.n_storages++;
	Grpc__Storage *st = &s->storages[i];

	grpc__storage__init(st);
	st->driver = (char *)driver;
	st->source = (char *)source;
	st->fstype = (char *)fstype;
	st->mount_point = (char *)mount_point;
	st->options = s->storage_options[i];
	s->storage_list[i] = st;
	s->m.storages = s->storage_list;
	return st;
}

static inline void
create_sandbox(struct fixture *f)
{
	Grpc__CreateSandboxRequest m = GRPC__CREATE_SANDBOX_REQUEST__INIT;
	Grpc__Storage shm = GRPC__STORAGE__INIT, *list[] = { &shm };
	char *options[] = { (char *)"noexec", (char *)"nosuid",
		(char *)"mode=1777", (char *)"size=1048576" };
	char *dns[] = { (char *)"nameserver 192.0.2.1" };

	shm.driver = (char *)"ephemeral";
	shm.source = (char *)"shm";
	shm.fstype = (char *)"tmpfs";
	shm.mount_point = (char *)"/run/kata-containers/sandbox/shm";
	shm.options = options;
	shm.n_options = 4;
	m.hostname = (char *)"pod";
	m.sandbox_id = (char *)"s1";
	m.n_dns = 1;
	m.dns = dns;
	m.n_storages = 1;
	m.storages = list;
	fixture_ok(f, METHOD_CREATE_SANDBOX, &m);
}

static inline enum err_code
start(struct fixture *f, const char *id, char text[256])
{
	Grpc__StartContainerRequest m = GRPC__START_CONTAINER_REQUEST__INIT;

	m.container_id = (char *)id;
	return fixture_call(f, METHOD_START_CONTAINER, &m, text);
}

static inline uint32_t
send_wait(struct fixture *f, const char *id, const char *exec_id)
{
	Grpc__WaitProcessRequest m = GRPC__WAIT_PROCESS_REQUEST__INIT;

	m.container_id = (char *)id;
	m.exec_id = (char *)exec_id;
	return fixture_send(f, METHOD_WAIT_PROCESS, &m);
}

static inline int
get_wait(struct fixture *f, uint32_t id)
{
	Grpc__WaitProcessResponse *r = fixture_get(f, id, METHOD_WAIT_PROCESS);

	return r->status;
}

static inline uint32_t
send_remove(struct fixture *f, const char *id)
{
	Grpc__RemoveContainerRequest m = GRPC__REMOVE_CONTAINER_REQUEST__INIT;

	m.container_id = (char *)id;
	m.timeout = 10;
	return fixture_send(f, METHOD_REMOVE_CONTAINER, &m);
}

static inline enum err_code
kill_process(struct fixture *f, const char *id, const char *exec_id,
    unsigned sig)
{
	Grpc__SignalProcessRequest m = GRPC__SIGNAL_PROCESS_REQUEST__INIT;

	m.container_id = (char *)id;
	m.exec_id = (char *)exec_id;
	m.signal = sig;
	return fixture_call(f, METHOD_SIGNAL_PROCESS, &m, NULL);
}

/* All that a stream gives until its end, without trailing newlines. */
static inline void
read_all(struct fixture *f, enum method_id method, const char *id,
    const char *exec_id, char *dst, size_t size)
{
	Grpc__ReadStreamRequest m = GRPC__READ_STREAM_REQUEST__INIT;
	struct call c;
	size_t n = 0;

	m.container_id = (char *)id;
	m.exec_id = (char *)exec_id;
	m.len = 4096;
	c = fixture_answer(f, fixture_send(f, method, &m));
	if (c.type != CALL_STREAM) {
		printf("# %.*s\n", (int)c.payload.len, (char *)c.payload.p);
		tap_fail(__FILE__, __LINE__, "no stream");
	}
	for (;;) {
		struct pollfd p = { .fd = c.stream, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, ANSWER_MS) != 1)
			tap_fail(__FILE__, __LINE__, "no output");
		got = read(c.stream, dst + n, size - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	while (n > 0 && (dst[n - 1] == '\n' || dst[n - 1] == '\r'))
		n--;
	dst[n] = '\0';
	call_release(&c);
}

/* Write to stdin; empty data closes it. */
static inline enum err_code
write_stdin(struct fixture *f, const char *id, const char *exec_id,
    const char *data)
{
	Grpc__WriteStreamRequest m = GRPC__WRITE_STREAM_REQUEST__INIT;
	struct call c;
	enum err_code code;

	m.container_id = (char *)id;
	m.exec_id = (char *)exec_id;
	m.data.len = strlen(data);
	m.data.data = (uint8_t *)data;
	c = fixture_answer(f, fixture_send(f, METHOD_WRITE_STDIN, &m));
	code = c.type == CALL_STREAM ? ERR_NONE : c.code;
	if (c.type == CALL_STREAM)
		EQ_INT(write(c.stream, data, strlen(data)),
		    (ssize_t)strlen(data));
	call_release(&c);
	return code;
}

static inline void
list_tree(const char *path, char *dst, size_t size)
{
	char command[512];
	FILE *p;
	size_t n = strlen(dst);

	snprintf(command, sizeof(command), "find %s | LC_ALL=C sort", path);
	p = popen(command, "r");
	n += fread(dst + n, 1, size - 1 - n, p);
	dst[n] = '\0';
	pclose(p);
}

/*
 * What must be the same before and after: mounts, cgroups, directories, the
 * role's descriptors.
 */
static inline void
take_snapshot(char dst[TEXT])
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	ssize_t n;
	size_t len = 0;

	while ((n = read(fd, dst + len, TEXT / 2 - len)) > 0)
		len += (size_t)n;
	close(fd);
	dst[len] = '\0';
	list_tree("/sys/fs/cgroup -type d", dst, TEXT);
	list_tree("/run/kata-containers", dst, TEXT);
	/* The role is the second process of its namespace. */
	list_tree("/proc/2/fd -type l -printf '%l\\n'", dst, TEXT);
}

/* The role starts its containers as this very program. */
#define ROLE_MAIN                                                              \
	int main(int argc, char **argv)                                        \
	{                                                                      \
		if (argc > 1 && strcmp(argv[1], "container") == 0)             \
			return container_main(argc, argv);                     \
		if (argc > 1 && strcmp(argv[1], "scan") == 0)                  \
			return scsiscan_main(argc, argv);                      \
		return tap_main(argc, argv);                                   \
	}

#endif
