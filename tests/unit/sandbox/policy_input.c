#include "sandbox/policy_input.h"
#include "base/arena.h"
#include "policy/json.h"
#include "proto/agent.pb-c.h"
#include "proto/mem_agent.pb-c.h"
#include "proto/message.h"
#include "proto/method.h"
#include "tests/lib/tap.h"

static struct budget budget;
static struct heap heap;
static struct err e;

static void
set_up(void)
{
	struct heap_key key = { 1, 2 };

	budget_init(&budget, QUERY_STEPS_MAX, QUERY_DEPTH_MAX);
	heap_init(&heap, QUERY_MEMORY_MAX, key, &budget);
}

/* The JSON of m as the policy gets it; valid until the next call. */
static const char *
shape(const void *m)
{
	static struct buf b;
	struct value v;

	set_up();
	buf_release(&b);
	buf_init(&b, 16 * 1024 * 1024);
	if (policy_input(&heap, m, &v, &e) < 0)
		EQ_STR(e.msg, "no error");
	json_write(&b, v, 0);
	heap_release(&heap);
	return buf_str(&b);
}

static int
refused(const void *m)
{
	struct value v;
	int rc;

	set_up();
	rc = policy_input(&heap, m, &v, &e);
	heap_release(&heap);
	return rc;
}

TEST(an_empty_request_has_all_its_fields)
{
	Grpc__CreateContainerRequest c = GRPC__CREATE_CONTAINER_REQUEST__INIT;
	Grpc__UpdateRoutesRequest r = GRPC__UPDATE_ROUTES_REQUEST__INIT;
	Grpc__GetOOMEventRequest o = GRPC__GET_OOMEVENT_REQUEST__INIT;

	EQ_STR(shape(&c), "{\"OCI\":null,\"container_id\":\"\",\"devices\":[],"
			  "\"exec_id\":\"\",\"sandbox_pidns\":false,"
			  "\"shared_mounts\":[],\"stderr_port\":0,"
			  "\"stdin_port\":0,\"stdout_port\":0,\"storages\":[],"
			  "\"string_user\":null}");
	EQ_STR(shape(&r), "{\"routes\":null}");
	EQ_STR(shape(&o), "{}");
}

TEST(rust_s_word_gets_an_underscore_and_maps_are_objects)
{
	Grpc__CreateContainerRequest c = GRPC__CREATE_CONTAINER_REQUEST__INIT;
	Grpc__Spec spec = GRPC__SPEC__INIT;
	Grpc__Mount mount = GRPC__MOUNT__INIT;
	Grpc__Mount *mounts[] = { &mount };
	Grpc__Spec__AnnotationsEntry a[2] = {
		GRPC__SPEC__ANNOTATIONS_ENTRY__INIT,
		GRPC__SPEC__ANNOTATIONS_ENTRY__INIT,
	};
	Grpc__Spec__AnnotationsEntry *entries[] = { &a[0], &a[1] };
	char *options[] = { (char *)"ro", (char *)"\"x\"" };

	c.oci = &spec;
	mount.type = (char *)"proc";
	mount.destination = (char *)"/proc";
	mount.options = options;
	mount.n_options = 2;
	spec.mounts = mounts;
	spec.n_mounts = 1;
	a[0].key = (char *)"z";
	a[0].value = (char *)"1";
	a[1].key = (char *)"a.b/c";
	a[1].value = (char *)"2";
	spec.annotations = entries;
	spec.n_annotations = 2;
	OK(strstr(shape(&c),
	       "\"OCI\":{\"Annotations\":{\"a.b/c\":\"2\",\"z\":\"1\"},"
	       "\"Hooks\":null,\"Hostname\":\"\",\"Linux\":null,\"Mounts\":"
	       "[{\"destination\":\"/proc\",\"options\":[\"ro\",\"\\\"x\\\"\"],"
	       "\"source\":\"\",\"type_\":\"proc\"}],\"Process\":null,"
	       "\"Root\":null,\"Solaris\":null,\"Version\":\"\","
	       "\"Windows\":null}") != NULL);
	/* One key with two values would be seen differently by two readers. */
	a[1].key = (char *)"z";
	EQ_INT(refused(&c), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_STR(e.msg, "Annotations holds a key with two values");
	a[1].value = (char *)"1";
	EQ_INT(refused(&c), 0);
}

TEST(integers_are_exact)
{
	Grpc__UpdateContainerRequest u = GRPC__UPDATE_CONTAINER_REQUEST__INIT;
	Grpc__LinuxResources res = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxMemory mem = GRPC__LINUX_MEMORY__INIT;
	Grpc__ResizeVolumeRequest v = GRPC__RESIZE_VOLUME_REQUEST__INIT;
	Grpc__MemHotplugByProbeRequest p =
	    GRPC__MEM_HOTPLUG_BY_PROBE_REQUEST__INIT;
	uint64_t addresses[] = { UINT64_MAX, INT64_MAX, 0 };

	u.resources = &res;
	res.memory = &mem;
	mem.limit = 9223372036854771712;
	mem.swap = INT64_MIN;
	OK(strstr(shape(&u), "\"Limit\":9223372036854771712,") != NULL);
	OK(strstr(shape(&u), "\"Swap\":-9223372036854775808,") != NULL);
	v.size = UINT64_MAX;
	OK(strstr(shape(&v), "\"size\":18446744073709551615,") != NULL);
	p.memhotplugprobeaddr = addresses;
	p.n_memhotplugprobeaddr = 3;
	EQ_STR(shape(&p), "{\"memHotplugProbeAddr\":[18446744073709551615,"
			  "9223372036854775807,0]}");
}

TEST(bytes_are_numbers_and_optional_numbers_may_be_null)
{
	Grpc__WriteStreamRequest w = GRPC__WRITE_STREAM_REQUEST__INIT;
	Grpc__MemAgentMemcgConfig m = GRPC__MEM_AGENT_MEMCG_CONFIG__INIT;
	uint8_t data[] = { 0, 255, 10 };

	EQ_STR(shape(&w),
	    "{\"container_id\":\"\",\"data\":[],\"exec_id\":\"\"}");
	w.data.data = data;
	w.data.len = 3;
	EQ_STR(shape(&w), "{\"container_id\":\"\",\"data\":[0,255,10],"
			  "\"exec_id\":\"\"}");
	m.has_swap = true;
	m.has_period_secs = true;
	m.period_secs = UINT64_MAX;
	EQ_STR(shape(&m), "{\"disabled\":null,"
			  "\"eviction_psi_percent_limit\":null,"
			  "\"eviction_run_aging_count_min\":null,"
			  "\"period_psi_percent_limit\":null,"
			  "\"period_secs\":18446744073709551615,"
			  "\"swap\":false,\"swappiness_max\":null}");
}

TEST(too_many_bytes_are_a_limit_and_not_a_shorter_array)
{
	Grpc__WriteStreamRequest w = GRPC__WRITE_STREAM_REQUEST__INIT;

	w.data.len = 2 * VALUE_ITEMS_MAX;
	w.data.data = calloc(1, w.data.len);
	EQ_INT(refused(&w), -1);
	EQ_INT(e.code, ERR_LIMIT);
	free(w.data.data);
}

TEST(a_oneof_is_null_or_names_its_variant)
{
	Grpc__LinuxSyscall s = GRPC__LINUX_SYSCALL__INIT;

	EQ_STR(shape(&s), "{\"Action\":\"\",\"Args\":[],\"ErrnoRet\":null,"
			  "\"Names\":[]}");
	s.errno_ret_case = GRPC__LINUX_SYSCALL__ERRNO_RET_ERRNORET;
	s.errnoret = 38;
	EQ_STR(shape(&s), "{\"Action\":\"\",\"Args\":[],"
			  "\"ErrnoRet\":{\"Errnoret\":38},\"Names\":[]}");
}

TEST(enums_are_numbers)
{
	Types__IPAddress a = TYPES__IPADDRESS__INIT;

	a.family = TYPES__IPFAMILY__v6;
	EQ_STR(shape(&a), "{\"address\":\"\",\"family\":1,\"mask\":\"\"}");
}

TEST(copy_file_is_told_without_its_data)
{
	static const struct {
		uint32_t mode;
		const char *type, *target;
	} rows[] = {
		{ 0100644, "\"Regular\"", "null" },
		{ 040755, "\"Directory\"", "null" },
		{ 0120777, "\"Symlink\"", "\"abc\"" },
		{ 020600, "\"Unknown\"", "null" },
		{ 0644, "\"Unknown\"", "null" },
	};
	Grpc__CopyFileRequest c = GRPC__COPY_FILE_REQUEST__INIT;

	c.path = (char *)"/p";
	c.data.data = (uint8_t *)"abc";
	c.data.len = 3;
	c.file_size = 3000000000;
	c.uid = -1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char want[256];

		c.file_mode = rows[i].mode;
		snprintf(want, sizeof(want),
		    "{\"dir_mode\":0,\"file_mode\":%u,\"file_size\":3000000000,"
		    "\"file_type\":%s,\"gid\":0,\"offset\":0,\"path\":\"/p\","
		    "\"symlink_target\":%s,\"uid\":-1}",
		    rows[i].mode, rows[i].type, rows[i].target);
		EQ_STR(shape(&c), want);
	}
	c.file_mode = 0120777;
	c.data.data = (uint8_t *)"a\xff";
	c.data.len = 2;
	EQ_INT(refused(&c), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	c.data.len = 0;
	OK(strstr(shape(&c), "\"symlink_target\":\"\"") != NULL);
}

TEST(every_request_there_is_has_a_shape)
{
	for (int i = 0; i < METHOD_AGENT_END; i++) {
		struct arena a;
		ProtobufCMessage *m;

		arena_init(&a, MESSAGE_ARENA_MAX);
		m = message_unpack(method_row(i)->request, NULL, 0, &a, &e);
		OK(m != NULL);
		OK(*shape(m) == '{');
		arena_release(&a);
	}
}

/* All message types that a request can hold, each once. */
static size_t
collect(const ProtobufCMessageDescriptor *d,
    const ProtobufCMessageDescriptor **seen, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (seen[i] == d)
			return n;
	}
	OK(n < 128);
	seen[n++] = d;
	for (unsigned i = 0; i < d->n_fields; i++) {
		if (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			n = collect(d->fields[i].descriptor, seen, n);
	}
	return n;
}

TEST(every_message_in_a_request_has_a_shape)
{
	const ProtobufCMessageDescriptor *seen[128];
	size_t n = 0;

	for (int i = 0; i < METHOD_AGENT_END; i++)
		n = collect(method_row(i)->request, seen, n);
	OK(n > METHOD_AGENT_END);
	for (size_t i = 0; i < n; i++) {
		struct arena a;
		ProtobufCMessage *m;

		arena_init(&a, MESSAGE_ARENA_MAX);
		m = message_unpack(seen[i], NULL, 0, &a, &e);
		OK(m != NULL);
		OK(*shape(m) == '{');
		arena_release(&a);
	}
}

TAP_MAIN
