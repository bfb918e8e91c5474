/*
 * frames -- send a guest what no honest client would
 *
 *	frames ADDRESS call SERVICE METHOD [HEX]	one request
 *	frames ADDRESS create DEVICE ID ARG...	CreateContainer on that disk
 *	frames ADDRESS latency N	N Checks, one after the other, timed
 *	frames ADDRESS truncated	headers and payloads cut short
 *	frames ADDRESS oversized	a length beyond 4 MiB
 *	frames ADDRESS types		frames that are not requests
 *	frames ADDRESS flight N		N Checks in flight on one connection
 *	frames ADDRESS mutate N SEED	N damaged requests of every method given
 *					below, with fixed pseudo-random damage
 *
 * ADDRESS is as in boot/dial.h. `call` and `create` print the status code and
 * the message, then the payload's length. The others print what they saw, and
 *exit with 0 only if the guest answered as it should and then a Check on a
 *connection of its own. Framing: kata fact sheet 1.1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "boot/dial.h"
#include "proto/agent.pb-c.h"

enum {
	HEADER_LEN = 10,
	FRAME_MAX = 4 << 20,
	TYPE_REQUEST = 1,
	TYPE_RESPONSE = 2,
	TYPE_DATA = 3,
	SECONDS = 10
};

struct reply {
	unsigned id, type;
	unsigned long code; /* status.code */
	char message[256];
	size_t payload_len;
};

static const char agent[] = "grpc.AgentService";

static void
fail(const char *what, const char *why)
{
	printf("%s: %s\n", what, why);
	exit(1);
}

static int
dial(const char *address)
{
	struct err e = { 0 };
	int fd = dial_connect(address, SECONDS, &e);

	if (fd < 0)
		fail("connect", e.msg);
	return fd;
}

static void
must_serve(const char *address)
{
	struct err e = { 0 };
	AUTO_FD int fd = dial(address);

	if (dial_check(fd, 1, &e) < 0)
		fail("afterwards", e.msg);
}

static void
put_varint(struct buf *b, size_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_u8(b, (uint8_t)(v | 0x80));
	buf_u8(b, (uint8_t)v);
}

static void
put_field(struct buf *b, uint8_t tag, const void *p, size_t len)
{
	buf_u8(b, tag);
	put_varint(b, len);
	buf_add(b, p, len);
}

static void
put_header(struct buf *b, size_t len, unsigned id, uint8_t type)
{
	buf_be32(b, (uint32_t)len);
	buf_be32(b, id);
	buf_u8(b, type);
	buf_u8(b, 0);
}

/* A whole request frame, appended to b. */
static void
put_request(struct buf *b, unsigned id, const char *service, const char *method,
    const void *payload, size_t len)
{
	struct buf r;

	buf_init(&r, FRAME_MAX);
	put_field(&r, 0x0a, service, strlen(service));
	put_field(&r, 0x12, method, strlen(method));
	put_field(&r, 0x1a, payload, len);
	put_header(b, r.len, id, TYPE_REQUEST);
	buf_add(b, r.p, r.len);
	buf_release(&r);
}

static void
send_all(int fd, const void *p, size_t len)
{
	/* A guest that has hung up already has made its point. */
	(void)fd_write_all(fd, p, len);
}

static size_t
get_varint(const uint8_t **p, const uint8_t *end)
{
	size_t v = 0;

	for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
		v |= (size_t)(**p & 0x7f) << shift;
		if ((*(*p)++ & 0x80) == 0)
			break;
	}
	return v;
}

/* status { code = 1, message = 2 }, as it lies in Response. */
static void
read_status(struct reply *r, const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		uint8_t tag = *p++;
		size_t v = get_varint(&p, end);

		if ((tag & 7) == 0) {
			r->code = tag == 0x08 ? v : r->code;
			continue;
		}
		if (v > (size_t)(end - p))
			return;
		if (tag == 0x12)
			snprintf(r->message, sizeof r->message, "%.*s", (int)v,
			    (const char *)p);
		p += v;
	}
}

/* Returns -1 when the guest hangs up or says nothing for SECONDS. */
static int
read_reply(int fd, struct reply *r)
{
	uint8_t h[HEADER_LEN], *body;
	const uint8_t *p, *end;
	size_t len;

	*r = (struct reply){ 0 };
	if (fd_read_all(fd, h, sizeof h) < 0)
		return -1;
	len = (size_t)h[0] << 24 | (size_t)h[1] << 16 | h[2] << 8 | h[3];
	r->id = (unsigned)h[4] << 24 | h[5] << 16 | h[6] << 8 | h[7];
	r->type = h[8];
	if (len > FRAME_MAX)
		fail("reply", "longer than 4 MiB");
	body = malloc(len + 1);
	if (body == NULL || fd_read_all(fd, body, len) < 0)
		fail("reply", "cut short");
	for (p = body, end = body + len; p < end;) {
		uint8_t tag = *p++;
		size_t v = get_varint(&p, end);

		if ((tag & 7) != 2 || v > (size_t)(end - p))
			fail("reply", "not a Response");
		if (tag == 0x0a)
			read_status(r, p, p + v);
		if (tag == 0x12)
			r->payload_len = v;
		p += v;
	}
	free(body);
	return 0;
}

static int
unhex(const char *s, uint8_t *out, size_t max)
{
	size_t n = strlen(s) / 2;

	if (n > max)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (sscanf(s + 2 * i, "%2hhx", &out[i]) != 1)
			return -1;
	return (int)n;
}

/* One request on a connection of its own; prints the answer. */
static int
ask(const char *address, const char *service, const char *method,
    const uint8_t *payload, size_t len)
{
	AUTO_FD int fd = dial(address);
	struct reply r;
	struct buf b;

	buf_init(&b, FRAME_MAX);
	put_request(&b, 1, service, method, payload, len);
	send_all(fd, b.p, b.len);
	buf_release(&b);
	if (read_reply(fd, &r) < 0)
		fail(method, "no answer");
	printf("%lu %s\n%zu\n", r.code, r.message, r.payload_len);
	return r.code != 0;
}

static int
call(const char *address, char **argv)
{
	uint8_t payload[8192];
	int n = 0;

	if (argv[0] == NULL || argv[1] == NULL)
		fail("call", "SERVICE METHOD [HEX]");
	if (argv[2] != NULL)
		n = unhex(argv[2], payload, sizeof payload);
	if (n < 0)
		fail("call", "payload is not hexadecimal");
	return ask(address, argv[0], argv[1], payload, (size_t)n);
}

static int
truncated(const char *address)
{
	struct buf b;

	buf_init(&b, FRAME_MAX);
	put_request(&b, 1, "grpc.Health", "Check", NULL, 0);
	for (size_t n = 0; n < b.len; n++) {
		AUTO_FD int fd = dial(address);

		send_all(fd, b.p, n);
		/* Every other time the connection hangs until the next. */
		if (n % 2 == 0)
			shutdown(fd, SHUT_WR);
	}
	printf("%zu frames cut short\n", b.len);
	buf_release(&b);
	must_serve(address);
	return 0;
}

/*
 * As the reference server does, the guest skips what is too long, says so, and
 * goes on with the connection. Whoever promises gigabytes and hangs up is
 * forgotten.
 */
static int
oversized(const char *address)
{
	static const size_t lengths[] = { 0x7fffffff, 0xffffffff };
	AUTO_FD int fd = dial(address);
	struct err e = { 0 };
	struct reply r;
	struct buf b;

	buf_init(&b, FRAME_MAX * 2);
	put_header(&b, FRAME_MAX + 1, 1, TYPE_REQUEST);
	buf_add_zero(&b, FRAME_MAX + 1);
	send_all(fd, b.p, b.len);
	if (read_reply(fd, &r) < 0)
		fail("oversized", "no answer");
	if (r.code == 0)
		fail("oversized", "accepted");
	printf("code %lu, %s\n", r.code, r.message);
	if (dial_check(fd, 3, &e) < 0)
		fail("oversized: the same connection", e.msg);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		AUTO_FD int other = dial(address);

		buf_clear(&b);
		put_header(&b, lengths[i], 1, TYPE_REQUEST);
		buf_add_zero(&b, 64);
		send_all(other, b.p, b.len);
	}
	buf_release(&b);
	must_serve(address);
	return 0;
}

static int
types(const char *address)
{
	struct buf b;

	buf_init(&b, FRAME_MAX);
	for (unsigned type = 0; type < 256; type += 5) {
		AUTO_FD int fd = dial(address);

		if (type == TYPE_REQUEST)
			continue;
		buf_clear(&b);
		put_header(&b, 4, 1, (uint8_t)type);
		buf_add(&b, "\x0a\x02hi", 4);
		send_all(fd, b.p, b.len);
		shutdown(fd, SHUT_WR);
	}
	buf_release(&b);
	must_serve(address);
	return 0;
}

static int
flight(const char *address, unsigned n)
{
	AUTO_FD int fd = dial(address);
	unsigned char *seen = calloc(n + 1, 1);
	struct reply r;
	struct buf b;

	buf_init(&b, FRAME_MAX);
	for (unsigned i = 0; i < n; i++)
		put_request(&b, 2 * i + 1, "grpc.Health", "Check", NULL, 0);
	send_all(fd, b.p, b.len);
	buf_release(&b);
	for (unsigned i = 0; i < n; i++) {
		if (read_reply(fd, &r) < 0 || r.code != 0)
			fail("flight", "a Check failed");
		if (r.type != TYPE_RESPONSE || r.id % 2 == 0 || r.id / 2 >= n ||
		    seen[r.id / 2]++)
			fail("flight", "an answer to no question");
	}
	free(seen);
	printf("%u answered\n", n);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
latency(const char *address, unsigned n)
{
	AUTO_FD int fd = dial(address);
	int64_t *us = calloc(n, sizeof *us), start;
	struct err e = { 0 };

	if (us == NULL)
		fail("latency", "no memory");
	for (unsigned i = 0; i < n; i++) {
		start = clock_boot_us();
		if (dial_check(fd, i % 1000 * 2 + 1, &e) < 0)
			fail("latency", e.msg);
		us[i] = clock_boot_us() - start;
	}
	qsort(us, n, sizeof *us, compare);
	printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", us[0], us[n / 2],
	    us[(size_t)n * 99 / 100]);
	free(us);
	return 0;
}

/* xorshift64: the same damage on every machine. */
static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Methods that answer at once, so that each request can be waited for. */
static const char *const methods[] = { "CreateContainer", "StartContainer",
	"ExecProcess", "SignalProcess", "RemoveContainer", "UpdateContainer",
	"StatsContainer", "WriteStdin", "CloseStdin", "TtyWinResize",
	"UpdateInterface", "UpdateRoutes", "AddARPNeighbors", "CopyFile",
	"GetGuestDetails", "SetPolicy", "UpdateEphemeralMounts",
	"GetVolumeStats", "PauseContainer", "SetGuestDateTime" };

/*
 * A CreateContainer request with the disk at device as root: the deepest
 * message that there is.
 */
static size_t
create_request(uint8_t *out, size_t max, const char *id, const char *device,
    char **args, size_t n_args)
{
	char *env[] = { (char *)"PATH=/bin" };
	char *options[] = { (char *)"ro" };
	char rootfs[128];
	Grpc__User user = GRPC__USER__INIT;
	Grpc__Process process = GRPC__PROCESS__INIT;
	Grpc__Root root = GRPC__ROOT__INIT;
	Grpc__Mount proc = GRPC__MOUNT__INIT, dev = GRPC__MOUNT__INIT;
	Grpc__Mount *mounts[] = { &proc, &dev };
	Grpc__LinuxNamespace mnt = GRPC__LINUX_NAMESPACE__INIT;
	Grpc__LinuxNamespace pid = GRPC__LINUX_NAMESPACE__INIT;
	Grpc__LinuxNamespace *namespaces[] = { &mnt, &pid };
	Grpc__Linux lin = GRPC__LINUX__INIT;
	Grpc__Spec spec = GRPC__SPEC__INIT;
	Grpc__Storage storage = GRPC__STORAGE__INIT, *storages[] = { &storage };
	Grpc__CreateContainerRequest r = GRPC__CREATE_CONTAINER_REQUEST__INIT;

	snprintf(rootfs, sizeof rootfs, "/run/kata-containers/%s/rootfs", id);
	process.user = &user;
	process.args = args;
	process.n_args = n_args;
	process.env = env;
	process.n_env = 1;
	process.cwd = (char *)"/";
	root.path = rootfs;
	root.readonly = 1;
	proc.destination = (char *)"/proc";
	proc.source = proc.type = (char *)"proc";
	dev.destination = (char *)"/dev";
	dev.source = dev.type = (char *)"tmpfs";
	mnt.type = (char *)"mount";
	pid.type = (char *)"pid";
	lin.namespaces = namespaces;
	lin.n_namespaces = 2;
	spec.version = (char *)"1.0.2";
	spec.process = &process;
	spec.root = &root;
	spec.linux = &lin;
	spec.n_mounts = 2;
	spec.mounts = mounts;
	storage.driver = (char *)"blk";
	storage.source = (char *)device;
	storage.fstype = (char *)"erofs";
	storage.options = options;
	storage.n_options = 1;
	storage.mount_point = rootfs;
	r.container_id = r.exec_id = (char *)id;
	r.oci = &spec;
	r.n_storages = 1;
	r.storages = storages;
	if (grpc__create_container_request__get_packed_size(&r) > max)
		fail("request", "too large");
	return grpc__create_container_request__pack(&r, out);
}

static int
create(const char *address, char **argv, size_t n)
{
	uint8_t payload[8192];
	size_t len;

	if (n < 3)
		fail("create", "DEVICE ID ARG...");
	len = create_request(payload, sizeof payload, argv[1], argv[0],
	    argv + 2, n - 2);
	return ask(address, agent, "CreateContainer", payload, len);
}

/* One to eight bits, bytes or cuts of the payload. */
static size_t
damage(uint8_t *p, size_t len, uint64_t *state)
{
	for (unsigned n = 1 + next(state) % 8; n > 0 && len > 0; n--) {
		size_t at = next(state) % len;

		switch (next(state) % 4) {
		case 0:
			p[at] ^= (uint8_t)(1 << next(state) % 8);
			break;
		case 1:
			p[at] = (uint8_t)next(state);
			break;
		case 2:
			p[at] = 0xff;
			break;
		default:
			len = next(state) % 4 == 0 ? at : len;
		}
	}
	return len;
}

/* An eighth of them with a damaged header: nobody knows what that asks. */
static void
mutate_header(const char *address, struct buf *b, uint64_t *state)
{
	AUTO_FD int fd = dial(address);

	b->p[next(state) % HEADER_LEN] ^= (uint8_t)next(state);
	send_all(fd, b->p, b->len);
	shutdown(fd, SHUT_WR);
}

static int
mutate(const char *address, unsigned n, uint64_t seed)
{
	uint64_t state = seed * 2 + 1;
	uint8_t base[4096], m[sizeof base];
	char *args[] = { (char *)"/bin/sh", (char *)"-c", (char *)"true" };
	size_t len, base_len = create_request(base, sizeof base, "mutant",
			"/dev/nothing", args, 3);
	unsigned accepted = 0, refused = 0, hung_up = 0;
	int fd = dial(address);
	struct reply r;
	struct buf b;

	buf_init(&b, FRAME_MAX);
	for (unsigned i = 0; i < n; i++) {
		memcpy(m, base, base_len);
		len = damage(m, base_len, &state);
		buf_clear(&b);
		put_request(&b, 2 * i + 1, agent,
		    methods[next(&state) % (sizeof methods / sizeof *methods)],
		    m, len);
		if (i % 8 == 7) {
			mutate_header(address, &b, &state);
			hung_up++;
			continue;
		}
		send_all(fd, b.p, b.len);
		if (read_reply(fd, &r) < 0) {
			fd_close(&fd);
			fd = dial(address);
			hung_up++;
		} else if (r.code != 0) {
			refused++;
		} else {
			accepted++;
		}
		if (i % 100 == 99)
			must_serve(address);
	}
	buf_release(&b);
	fd_close(&fd);
	printf("%u requests: %u accepted, %u refused, %u hung up\n", n,
	    accepted, refused, hung_up);
	must_serve(address);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *a = argv[1], *verb = argc > 2 ? argv[2] : "";
	unsigned n = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;

	if (strcmp(verb, "call") == 0)
		return call(a, argv + 3);
	if (strcmp(verb, "create") == 0)
		return create(a, argv + 3, (size_t)argc - 3);
	if (strcmp(verb, "truncated") == 0)
		return truncated(a);
	if (strcmp(verb, "oversized") == 0)
		return oversized(a);
	if (strcmp(verb, "types") == 0)
		return types(a);
	if (strcmp(verb, "flight") == 0 && n > 0)
		return flight(a, n);
	if (strcmp(verb, "latency") == 0 && n > 0)
		return latency(a, n);
	if (strcmp(verb, "mutate") == 0 && argc > 4)
		return mutate(a, n, strtoul(argv[4], NULL, 10));
	fprintf(stderr, "usage: frames ADDRESS VERB [ARGUMENT...]\n");
	return 2;
}
