#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "measurements/ctl/ctl.h"
#include "measurements/ctl/ctl_io.h"
#include "measurements/ctl/ctl_json.h"
#include "measurements/ctl/ctl_spec.h"
#include "proto/method.h"

enum {
	STATUS_EXISTS = 6, /* gRPC's ALREADY_EXISTS */
	SIGKILL_NUMBER = 9,
	ID_MAX = 40
};

/* A request whose success says nothing more. Returns 0, or an exit code. */
static int
must_do(struct ctl *c, int method, const ProtobufCMessage *q, int32_t also_ok)
{
	struct ctl_answer a;
	struct err e;

	if (ctl_client_call_message(&c->client, method, q, c->timeout_ms, &a,
		&e) < 0)
		return ctl_failed(&e);
	if (a.code == 0 || a.code == also_ok)
		return 0;
	return ctl_refused(method_row((enum method_id)method)->name, &a);
}

int
ctl_run_create(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	Grpc__CreateContainerRequest *q;
	struct err e;

	if (argc != 3)
		return ctl_usage(v);
	q = ctl_spec_read(argv[2], argv[1], &c->a, &e);
	if (q == NULL)
		return ctl_failed(&e);
	return must_do(c, v->method, &q->base, 0);
}

/* A pod's host name is the sandbox's, so it must be known before. */
static int
create_sandbox(struct ctl *c, char *hostname)
{
	Grpc__CreateSandboxRequest q = GRPC__CREATE_SANDBOX_REQUEST__INIT;

	q.hostname = *hostname != '\0' ? hostname : "husk";
	q.sandbox_id = "husk";
	return must_do(c, METHOD_CREATE_SANDBOX, &q.base, STATUS_EXISTS);
}

static int
start_container(struct ctl *c, const char *id)
{
	Grpc__StartContainerRequest q = GRPC__START_CONTAINER_REQUEST__INIT;

	q.container_id = (char *)id;
	return must_do(c, METHOD_START_CONTAINER, &q.base, 0);
}

static int
remove_container(struct ctl *c, const char *id)
{
	Grpc__RemoveContainerRequest q = GRPC__REMOVE_CONTAINER_REQUEST__INIT;

	q.container_id = (char *)id;
	return must_do(c, METHOD_REMOVE_CONTAINER, &q.base, 0);
}

/* After a failure: as much of the way back as the guest still goes. */
static void
undo_container(struct ctl *c, const char *id)
{
	Grpc__SignalProcessRequest q = GRPC__SIGNAL_PROCESS_REQUEST__INIT;
	struct ctl_answer a;
	struct err e;

	q.container_id = (char *)id;
	q.signal = SIGKILL_NUMBER;
	if (ctl_client_call_message(&c->client, METHOD_SIGNAL_PROCESS, &q.base,
		c->timeout_ms, &a, &e) == 0)
		remove_container(c, id);
}

static int
serve(struct ctl *c, const struct ctl_io_process *p, int32_t *status)
{
	struct err e;

	if (ctl_io_run(&c->client, p, status, &e) == 0)
		return 0;
	return ctl_failed(&e);
}

static int
run_container(struct ctl *c, Grpc__CreateContainerRequest *q, bool input)
{
	const struct ctl_io_process p = { .container = q->container_id,
		.exec = q->container_id,
		.tty = q->oci->process->terminal,
		.input = input };
	int32_t status = CTL_EXIT_RUN;

	if (must_do(c, METHOD_CREATE_CONTAINER, &q->base, 0) != 0)
		return CTL_EXIT_RUN;
	if (start_container(c, p.container) != 0 ||
	    serve(c, &p, &status) != 0) {
		undo_container(c, p.container);
		return CTL_EXIT_RUN;
	}
	if (remove_container(c, p.container) != 0)
		return CTL_EXIT_RUN;
	return status & 0xff;
}

int
ctl_run_bundle(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	const char *id = ctl_option(&argc, argv, "--id", true);
	bool sandbox = ctl_option(&argc, argv, "--no-sandbox", false) == NULL;
	bool input = ctl_option(&argc, argv, "--no-stdin", false) == NULL;
	Grpc__CreateContainerRequest *q;
	char own_id[ID_MAX];
	struct err e;

	if (argc != 2) {
		ctl_usage(v);
		return CTL_EXIT_RUN;
	}
	if (id == NULL) {
		snprintf(own_id, sizeof(own_id), "husk-%ld", (long)getpid());
		id = own_id;
	}
	q = ctl_spec_read(argv[1], id, &c->a, &e);
	if (q == NULL) {
		ctl_failed(&e);
		return CTL_EXIT_RUN;
	}
	if (sandbox && create_sandbox(c, q->oci->hostname) != 0)
		return CTL_EXIT_RUN;
	return run_container(c, q, input);
}

/* UID or UID:GID */
static int
set_user(Grpc__User *u, const char *text)
{
	char uid[ID_MAX];
	const char *colon = strchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	uint64_t n, g = 0;

	if (str_format(uid, sizeof(uid), "%.*s", (int)len, text) < 0 ||
	    str_u64(uid, UINT32_MAX, &n) < 0 ||
	    (colon != NULL && str_u64(colon + 1, UINT32_MAX, &g) < 0))
		return -1;
	u->uid = (uint32_t)n;
	u->gid = (uint32_t)g;
	return 0;
}

static int
add_env(struct ctl *c, Grpc__Process *p, int *argc, char **argv)
{
	struct ctl_json j = { .a = &c->a };
	const char *env;
	struct err e;

	if (ctl_json_set(&j, &p->base, "Env",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		"/sbin:/bin",
		&e) < 0)
		return -1;
	if (p->terminal &&
	    ctl_json_set(&j, &p->base, "Env", "TERM=xterm", &e) < 0)
		return -1;
	while ((env = ctl_option(argc, argv, "--env", true)) != NULL) {
		if (ctl_json_set(&j, &p->base, "Env", env, &e) < 0)
			return -1;
	}
	return 0;
}

/* What is left after the options: ID -- COMMAND ... */
static int
set_command(Grpc__ExecProcessRequest *q, int argc, char **argv)
{
	if (argc < 4 || !str_eq(argv[2], "--"))
		return -1;
	q->container_id = argv[1];
	q->process->args = argv + 3;
	q->process->n_args = (size_t)argc - 3;
	return 0;
}

int
ctl_run_exec(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	Grpc__ExecProcessRequest q = GRPC__EXEC_PROCESS_REQUEST__INIT;
	Grpc__Process process = GRPC__PROCESS__INIT;
	Grpc__User user = GRPC__USER__INIT;
	const char *id = ctl_option(&argc, argv, "--id", true);
	const char *who = ctl_option(&argc, argv, "--user", true);
	const char *cwd = ctl_option(&argc, argv, "--cwd", true);
	struct ctl_io_process p = { .container = NULL };
	char own_id[ID_MAX];
	int32_t status;

	p.input = ctl_option(&argc, argv, "-i", false) != NULL;
	p.tty = ctl_option(&argc, argv, "-t", false) != NULL;
	snprintf(own_id, sizeof(own_id), "exec-%ld", (long)getpid());
	process.terminal = p.tty;
	process.user = &user;
	process.cwd = (char *)(cwd != NULL ? cwd : "/");
	q.process = &process;
	q.exec_id = id != NULL ? (char *)id : own_id;
	if ((who != NULL && set_user(&user, who) < 0) ||
	    add_env(c, &process, &argc, argv) < 0 ||
	    set_command(&q, argc, argv) < 0) {
		ctl_usage(v);
		return CTL_EXIT_RUN;
	}
	p.container = q.container_id;
	p.exec = q.exec_id;
	if (must_do(c, METHOD_EXEC_PROCESS, &q.base, 0) != 0 ||
	    serve(c, &p, &status) != 0)
		return CTL_EXIT_RUN;
	return status & 0xff;
}
