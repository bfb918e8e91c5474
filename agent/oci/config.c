#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/fd.h"
#include "oci/config.h"
#include "oci/limits.h"

/* Body of CONTAINER_CONFIG; both sides are the same binary. */
struct body {
	uint32_t first;
	uint32_t n_ns;
	int32_t flags[CONTAINER_NS_MAX];
};

static int
pack(const struct container_request *r, struct err *e)
{
	Grpc__Spec exec = GRPC__SPEC__INIT;
	const Grpc__Spec *spec = r->spec;
	uint8_t *p;
	size_t len;
	int fd;

	if (spec == NULL) {
		exec.process = (Grpc__Process *)r->process;
		spec = &exec;
	}
	len = grpc__spec__get_packed_size(spec);
	if (len > OCI_SPEC_MAX)
		return err_set(e, ERR_LIMIT, "a spec of %zu bytes", len);
	p = must_alloc(len + 1, 1);
	grpc__spec__pack(spec, p);
	fd = fd_memfd("container", p, len, e);
	free(p);
	return fd;
}

int
config_send(int channel, const struct container_request *r, struct err *e)
{
	struct body b = { .first = r->spec != NULL };
	int fds[1 + CONTAINER_NS_MAX];
	AUTO_FD int spec = -1;

	if (r->n_ns > CONTAINER_NS_MAX)
		return err_set(e, ERR_INTERNAL, "%zu namespaces", r->n_ns);
	spec = pack(r, e);
	if (spec < 0)
		return -1;
	fds[0] = spec;
	for (size_t i = 0; i < r->n_ns; i++) {
		b.flags[i] = r->ns[i].flag;
		fds[1 + i] = r->ns[i].fd;
	}
	b.n_ns = (uint32_t)r->n_ns;
	return channel_send(channel, CONTAINER_CONFIG, 0, &b, sizeof(b), fds,
	    1 + r->n_ns, e);
}

static int
unpack(int fd, struct config *c, struct err *e)
{
	struct buf b;

	buf_init(&b, OCI_SPEC_MAX);
	if (fd_slurp(fd, &b, e) < 0) {
		buf_release(&b);
		return err_wrap(e, "read the spec");
	}
	c->spec = grpc__spec__unpack(NULL, b.len, b.p);
	buf_release(&b);
	if (c->spec == NULL || c->spec->process == NULL)
		return err_set(e, ERR_INTERNAL, "the spec does not decode");
	return 0;
}

static int
take(struct channel_msg *m, struct config *c, struct err *e)
{
	AUTO_FD int spec = -1;
	struct body b;

	if (m->type != CONTAINER_CONFIG || m->len != sizeof(b))
		return err_set(e, ERR_INTERNAL, "message %u of %zu bytes",
		    m->type, m->len);
	memcpy(&b, m->body, sizeof(b));
	if (b.n_ns > CONTAINER_NS_MAX || m->n_fds != 1 + (size_t)b.n_ns)
		return err_set(e, ERR_INTERNAL, "%zu descriptors", m->n_fds);
	spec = channel_msg_take_fd(m, 0);
	for (size_t i = 0; i < b.n_ns; i++) {
		c->ns[i].flag = b.flags[i];
		c->ns[i].fd = channel_msg_take_fd(m, 1 + i);
	}
	c->n_ns = b.n_ns;
	c->first = b.first != 0;
	return unpack(spec, c, e);
}

int
config_recv(int channel, struct config *c, struct err *e)
{
	struct channel_msg m;
	int rc = channel_recv(channel, &m, e);

	if (rc == 0)
		err_set(e, ERR_UNAVAILABLE, "no configuration came");
	if (rc <= 0)
		return -1;
	rc = take(&m, c, e);
	channel_msg_close(&m);
	return rc;
}
