#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/ctl/ctl.h"
#include "measurements/ctl/ctl_io.h"
#include "measurements/ctl/ctl_json.h"
#include "measurements/ctl/ctl_spec.h"
#include "proto/message.h"
#include "proto/method.h"

enum {
	SIGKILL_NUMBER = 9
};

/* Numbers of Linux on every architecture that it runs guests on. */
static const struct {
	const char *name;
	const char *number;
} signals[] = {
	{ "HUP", "1" },
	{ "INT", "2" },
	{ "QUIT", "3" },
	{ "ABRT", "6" },
	{ "KILL", "9" },
	{ "USR1", "10" },
	{ "SEGV", "11" },
	{ "USR2", "12" },
	{ "PIPE", "13" },
	{ "ALRM", "14" },
	{ "TERM", "15" },
	{ "CHLD", "17" },
	{ "CONT", "18" },
	{ "STOP", "19" },
	{ "TSTP", "20" },
	{ "WINCH", "28" },
};

static const char *
signal_number(const char *name)
{
	const char *bare = str_starts(name, "SIG") ? name + 3 : name;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (str_eq(signals[i].name, bare))
			return signals[i].number;
	}
	return name;
}

/* An answer of one plain value is printed bare, others as JSON. */
static void
print(const struct ctl *c, const ProtobufCMessage *m)
{
	const ProtobufCMessageDescriptor *d = m->descriptor;
	const char *at =
	    (const char *)m + (d->n_fields > 0 ? d->fields[0].offset : 0);
	ProtobufCType type =
	    d->n_fields == 1 && d->fields[0].label == PROTOBUF_C_LABEL_NONE
		? d->fields[0].type
		: PROTOBUF_C_TYPE_MESSAGE;
	char *text;

	if (d->n_fields == 0 && !c->json)
		return;
	if (!c->json && type == PROTOBUF_C_TYPE_STRING) {
		printf("%s\n", *(char *const *)at);
	} else if (!c->json && type == PROTOBUF_C_TYPE_INT32) {
		printf("%d\n", (int)*(const int32_t *)at);
	} else if (!c->json && type == PROTOBUF_C_TYPE_ENUM) {
		const ProtobufCEnumValue *v =
		    protobuf_c_enum_descriptor_get_value(
			d->fields[0].descriptor, *(const int *)at);

		printf("%s\n", v != NULL ? v->name : "?");
	} else {
		text = ctl_json_text(m);
		printf("%s\n", text);
		free(text);
	}
}

static int
call(struct ctl *c, const struct ctl_verb *v, const ProtobufCMessage *q)
{
	struct ctl_answer a;
	struct err e;
	int64_t timeout = v->method == METHOD_WAIT_PROCESS ||
				  v->method == METHOD_GET_OOM_EVENT
			      ? 0
			      : c->timeout_ms;

	if (ctl_client_call_message(&c->client, v->method, q, timeout, &a, &e) <
	    0)
		return ctl_failed(&e);
	if (a.code != 0)
		return ctl_refused(v->name, &a);
	print(c, a.message);
	return CTL_EXIT_DONE;
}

static int
set_word(struct ctl *c, ProtobufCMessage *q, const char *field,
    const char *text, struct err *e)
{
	struct ctl_json j = { .a = &c->a };

	if (str_eq(field, "signal"))
		text = signal_number(text);
	if (str_eq(field, "policy")) {
		text = ctl_spec_file(text, &c->a, e);
		if (text == NULL)
			return -1;
	}
	return ctl_json_set(&j, q, field, text, e);
}

/* The request of a verb from its arguments; NULL after a message. */
static ProtobufCMessage *
request(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	const ProtobufCMessageDescriptor *d =
	    method_row((enum method_id)v->method)->request;
	ProtobufCMessage *q = arena_alloc(&c->a, d->sizeof_message);
	struct err e;
	int i = 1;

	if (q == NULL)
		return NULL;
	protobuf_c_message_init(d, q);
	for (int w = 0; w < CTL_WORDS_MAX && v->words[w] != NULL; w++) {
		const char *field = v->words[w];
		bool optional = *field == '?';

		if (i == argc && optional)
			break;
		if (i == argc) {
			ctl_usage(v);
			return NULL;
		}
		if (set_word(c, q, field + optional, argv[i++], &e) < 0) {
			ctl_failed(&e);
			return NULL;
		}
	}
	if (i == argc)
		return q;
	ctl_usage(v);
	return NULL;
}

static int
simple(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	ProtobufCMessage *q = request(c, v, argc, argv);

	return q != NULL ? call(c, v, q) : CTL_EXIT_BAD;
}

static int
details(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	Grpc__GuestDetailsRequest q = GRPC__GUEST_DETAILS_REQUEST__INIT;

	(void)argv;
	q.mem_block_size = 1;
	q.mem_hotplug_probe = 1;
	return argc == 1 ? call(c, v, &q.base) : ctl_usage(v);
}

static int
kill_all(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	Grpc__SignalProcessRequest q = GRPC__SIGNAL_PROCESS_REQUEST__INIT;

	if (argc != 2)
		return ctl_usage(v);
	q.container_id = argv[1];
	q.signal = SIGKILL_NUMBER;
	return call(c, v, &q.base);
}

static int
sandbox_create(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	Grpc__CreateSandboxRequest q = GRPC__CREATE_SANDBOX_REQUEST__INIT;
	const char *name = ctl_option(&argc, argv, "--hostname", true);
	const char *id = ctl_option(&argc, argv, "--id", true);
	struct ctl_json j = { .a = &c->a };
	const char *line;
	struct err e;

	q.sandbox_pidns = ctl_option(&argc, argv, "--pidns", false) != NULL;
	while ((line = ctl_option(&argc, argv, "--dns", true)) != NULL) {
		if (ctl_json_set(&j, &q.base, "dns", line, &e) < 0)
			return ctl_failed(&e);
	}
	q.hostname = (char *)(name != NULL ? name : "husk");
	q.sandbox_id = (char *)(id != NULL ? id : "husk");
	return argc == 1 ? call(c, v, &q.base) : ctl_usage(v);
}

static int
stream(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	struct ctl_io_process p = { .input = true };
	struct err e;

	if (argc != 2 && argc != 3)
		return ctl_usage(v);
	p.container = argv[1];
	p.exec = argc == 3 ? argv[2] : argv[1];
	if (ctl_io_copy(&c->client, &p, v->method, &e) == 0)
		return CTL_EXIT_DONE;
	ctl_failed(&e);
	return e.code == ERR_STATE ? CTL_EXIT_REFUSED : CTL_EXIT_BAD;
}

/* Standard input or, when it is no input, what text is. */
static int
hex_payload(const char *text, struct buf *b, struct err *e)
{
	size_t n = strlen(text) / 2;
	uint8_t *p = buf_reserve(b, n);

	if (p == NULL || hex_decode(text, strlen(text), p, n) < 0)
		return err_set(e, ERR_SYNTAX, "not hexadecimal digits");
	buf_commit(b, n);
	return 0;
}

static int
json_payload(struct ctl *c, enum method_id id, const char *text, struct buf *b,
    struct err *e)
{
	struct ctl_json j = { .a = &c->a };
	ProtobufCMessage *q;

	if (id == METHOD_END)
		return err_set(e, ERR_ARGUMENT,
		    "only --hex payloads for a method that is not known");
	q = ctl_json_read(&j, method_row(id)->request, text, e);
	if (q == NULL)
		return -1;
	message_pack(q, b);
	return 0;
}

/* The argument after the method, or all of standard input for "-". */
static const char *
payload_text(int argc, char **argv, struct buf *in, struct err *e)
{
	char *s;

	if (argc < 3)
		return "";
	if (!str_eq(argv[2], "-"))
		return argv[2];
	if (fd_slurp(STDIN_FILENO, in, e) < 0)
		return NULL;
	s = (char *)buf_str(in);
	for (size_t n = in->len; n > 0 && s[n - 1] == '\n'; n--)
		s[n - 1] = '\0';
	return s;
}

static struct ctl_method
method_named(struct ctl *c, const char *name, enum method_id *id)
{
	const char *slash = strchr(name, '/');
	struct ctl_method m = { "grpc.AgentService", name, NULL };

	if (slash != NULL) {
		m.service = arena_strndup(&c->a, name, (size_t)(slash - name));
		m.name = slash + 1;
	}
	*id = method_find(m.service, m.name);
	return *id != METHOD_END ? ctl_client_method(*id) : m;
}

static int
print_answer(const struct ctl *c, const struct ctl_answer *a, bool hex)
{
	size_t len = span_len(&a->payload);
	char *text;

	if (a->message != NULL && !hex) {
		print(c, a->message);
		return CTL_EXIT_DONE;
	}
	text = malloc(HEX_SIZE(len));
	if (text == NULL)
		return CTL_EXIT_BAD;
	hex_encode(a->payload.p, len, text);
	printf("%s\n", text);
	free(text);
	return CTL_EXIT_DONE;
}

static int
call_raw(struct ctl *c, const struct ctl_verb *v, int argc, char **argv)
{
	bool hex = ctl_option(&argc, argv, "--hex", false) != NULL;
	struct ctl_answer a;
	struct ctl_method m;
	struct buf in, b;
	enum method_id id;
	const char *text;
	struct err e;
	int rc = -1;

	if (argc != 2 && argc != 3)
		return ctl_usage(v);
	m = method_named(c, argv[1], &id);
	buf_init(&in, CTL_SPEC_FILE_MAX * 2);
	buf_init(&b, TTRPC_PAYLOAD_MAX);
	text = payload_text(argc, argv, &in, &e);
	if (text != NULL && (hex || *text == '\0'))
		rc = hex_payload(text, &b, &e);
	else if (text != NULL)
		rc = json_payload(c, id, text, &b, &e);
	if (rc == 0)
		rc = ctl_client_call(&c->client, &m, b.p, b.len, c->timeout_ms,
		    &a, &e);
	buf_release(&in);
	buf_release(&b);
	if (rc < 0)
		return ctl_failed(&e);
	return a.code != 0 ? ctl_refused(m.name, &a) : print_answer(c, &a, hex);
}

/* clang-format off */
const struct ctl_verb ctl_verbs[] = {
	{ "check", METHOD_HEALTH_CHECK, { NULL }, simple,
	    "", "is the agent serving?" },
	{ "version", METHOD_HEALTH_VERSION, { NULL }, simple,
	    "", "versions of the agent and its protocol" },
	{ "details", METHOD_GET_GUEST_DETAILS, { NULL }, details,
	    "", "what the guest can do" },
	{ "sandbox-create", METHOD_CREATE_SANDBOX, { NULL }, sandbox_create,
	    "[--hostname NAME] [--id ID] [--pidns] [--dns LINE ...]",
	    "begin the pod" },
	{ "sandbox-destroy", METHOD_DESTROY_SANDBOX, { NULL }, simple,
	    "", "end the pod: the guest powers off" },
	{ "run", -1, { NULL }, ctl_run_bundle,
	    "BUNDLE [--id ID] [--no-sandbox] [--no-stdin]",
	    "a container's whole life, with its stdio and exit code" },
	{ "create", METHOD_CREATE_CONTAINER, { NULL }, ctl_run_create,
	    "ID BUNDLE", "create a container from config.json and husk.json" },
	{ "start", METHOD_START_CONTAINER, { "container_id" }, simple,
	    "ID", "start a created container" },
	{ "exec", -1, { NULL }, ctl_run_exec,
	    "ID [-i] [-t] [--id EXEC] [--user UID[:GID]] [--cwd DIR] "
	    "[--env K=V ...] -- COMMAND ...",
	    "run a further process in a container, with its exit code" },
	{ "wait", METHOD_WAIT_PROCESS, { "container_id", "?exec_id" }, simple,
	    "ID [EXEC]", "wait for the end and print the exit status" },
	{ "signal", METHOD_SIGNAL_PROCESS,
	    { "container_id", "signal", "?exec_id" }, simple,
	    "ID SIGNAL [EXEC]", "send a signal, by number or name" },
	{ "kill", METHOD_SIGNAL_PROCESS, { NULL }, kill_all,
	    "ID", "kill every process of a container" },
	{ "stdin", METHOD_WRITE_STDIN, { NULL }, stream,
	    "ID [EXEC]", "copy standard input to a process, then close it" },
	{ "stdout", METHOD_READ_STDOUT, { NULL }, stream,
	    "ID [EXEC]", "copy a process's output until its end" },
	{ "stderr", METHOD_READ_STDERR, { NULL }, stream,
	    "ID [EXEC]", "copy a process's error output until its end" },
	{ "close-stdin", METHOD_CLOSE_STDIN,
	    { "container_id", "?exec_id" }, simple,
	    "ID [EXEC]", "close a process's input" },
	{ "resize", METHOD_TTY_WIN_RESIZE,
	    { "container_id", "row", "column", "?exec_id" }, simple,
	    "ID ROWS COLUMNS [EXEC]", "set the size of a process's terminal" },
	{ "remove", METHOD_REMOVE_CONTAINER,
	    { "container_id", "?timeout" }, simple,
	    "ID [SECONDS]", "remove a container" },
	{ "stats", METHOD_STATS_CONTAINER, { "container_id" }, simple,
	    "ID", "what a container uses" },
	{ "interface", METHOD_UPDATE_INTERFACE, { "interface" }, simple,
	    "JSON", "set up a network interface (fields of types.Interface)" },
	{ "routes", METHOD_UPDATE_ROUTES, { "routes" }, simple,
	    "JSON", "add routes: {\"Routes\": [{\"dest\": ...}]}" },
	{ "set-policy", METHOD_SET_POLICY, { "policy" }, simple,
	    "FILE", "set the policy" },
	{ "call", -1, { NULL }, call_raw,
	    "[SERVICE/]METHOD [--hex] [PAYLOAD | -]",
	    "any method, with JSON or an encoded message" },
	{ NULL, -1, { NULL }, NULL, NULL, NULL },
};
/* clang-format on */
