#include "measurements/ctl/ctl_json.h"
#include "base/str.h"
#include "measurements/ctl/ctl_spec.h"
#include "proto/message.h"
#include "tests/lib/tap.h"

static struct err e;
static struct arena a;

static ProtobufCMessage *
read_as(const ProtobufCMessageDescriptor *d, const char *text)
{
	struct ctl_json j = { .a = &a };

	arena_init(&a, 16 << 20);
	return ctl_json_read(&j, d, text, &e);
}

TEST(reads_and_writes_every_kind_of_field)
{
	static const char text[] = "{\n"
				   "\t\"device\":\t\"eth0\",\n"
				   "\t\"IPAddresses\":\t[{\n"
				   "\t\t\t\"family\":\t\"v6\",\n"
				   "\t\t\t\"address\":\t\"fe80::1\"\n"
				   "\t\t}, {\n"
				   "\t\t\t\"mask\":\t\"24\"\n"
				   "\t\t}],\n"
				   "\t\"mtu\":\t18446744073709551615,\n"
				   "\t\"raw_flags\":\t128\n"
				   "}";
	ProtobufCMessage *m = read_as(&types__interface__descriptor, text);
	Types__Interface *i = (Types__Interface *)m;
	char *out;

	OK(m != NULL);
	EQ_INT(i->n_ipaddresses, 2);
	EQ_INT(i->ipaddresses[0]->family, TYPES__IPFAMILY__v6);
	OK(i->mtu == UINT64_MAX);
	out = ctl_json_text(m);
	EQ_STR(out, text);
	free(out);
	arena_release(&a);
}

TEST(reads_bytes_maps_and_signed_numbers)
{
	Grpc__WriteStreamRequest *w = (Grpc__WriteStreamRequest *)read_as(
	    &grpc__write_stream_request__descriptor, "{\"data\":\"AP8=\"}");
	Grpc__Spec *s;
	char *out;

	OK(w != NULL);
	EQ_INT(w->data.len, 2);
	EQ_MEM(w->data.data, "\0\xff", 2);
	out = ctl_json_text(&w->base);
	EQ_STR(out, "{\n\t\"data\":\t\"AP8=\"\n}");
	free(out);
	arena_release(&a);
	s = (Grpc__Spec *)read_as(&grpc__spec__descriptor,
	    "{\"annotations\":{\"a\":\"1\",\"b\":\"2\"},\"hooks\":null,"
	    "\"process\":{\"oomScoreAdj\":-998},\"linux\":{\"seccomp\":"
	    "{\"syscalls\":[{\"errnoRet\":0}]}}}");
	OK(s != NULL);
	EQ_INT(s->n_annotations, 2);
	EQ_STR(s->annotations[1]->key, "b");
	EQ_STR(s->annotations[1]->value, "2");
	EQ_INT(s->process->oomscoreadj, -998);
	OK(s->hooks == NULL);
	EQ_INT(s->linux->seccomp->syscalls[0]->errno_ret_case,
	    GRPC__LINUX_SYSCALL__ERRNO_RET_ERRNORET);
	out = ctl_json_text(&s->annotations[0]->base);
	EQ_STR(out, "{\n\t\"key\":\t\"a\",\n\t\"value\":\t\"1\"\n}");
	free(out);
	arena_release(&a);
}

TEST(keeps_long_numbers_exact)
{
	static const struct {
		const char *text;
		const char *error; /* NULL: accepted */
		int64_t v;
	} rows[] = {
		{ "9007199254740993", NULL, 9007199254740993 },
		{ "-9223372036854775808", NULL, INT64_MIN },
		{ "9223372036854775807", NULL, INT64_MAX },
		{ "\"12\"", NULL, 12 },
		{ "1e3", NULL, 1000 },
		{ "9223372036854775808", "Sec: not a whole number in its range",
		    0 },
		{ "1.5", "Sec: not a whole number in its range", 0 },
		{ "1e30", "Sec: not a whole number in its range", 0 },
		{ "true", "Sec: not a whole number in its range", 0 },
		{ "\"x\"", "Sec: not a whole number in its range", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];
		Grpc__SetGuestDateTimeRequest *m;

		snprintf(text, sizeof(text), "{\"Sec\":%s}", rows[i].text);
		m = (Grpc__SetGuestDateTimeRequest *)read_as(
		    &grpc__set_guest_date_time_request__descriptor, text);
		EQ_INT(m != NULL, rows[i].error == NULL);
		if (m == NULL)
			EQ_STR(e.msg, rows[i].error);
		else
			OK(m->sec == rows[i].v);
		arena_release(&a);
	}
}

TEST(leaves_digits_in_strings_alone)
{
	Types__Interface *i =
	    (Types__Interface *)read_as(&types__interface__descriptor,
		"{\"name\":\"a\\\"1234567890123456789\\\\\",\"mtu\":1}");

	OK(i != NULL);
	EQ_STR(i->name, "a\"1234567890123456789\\");
	arena_release(&a);
}

TEST(says_where_it_is_wrong)
{
	static const char *const rows[][2] = {
		{ "{", "not JSON at ''" },
		{ "[]", "JSON: an object is wanted" },
		{ "{} x", "not JSON at 'x'" },
		{ "{\"process\":[]}", "process: an object is wanted" },
		{ "{\"process\":{\"args\":\"x\"}}",
		    "process.args: an array is wanted" },
		{ "{\"process\":{\"args\":[1]}}",
		    "process.args: a string is wanted" },
		{ "{\"process\":{\"terminal\":1}}",
		    "process.terminal: true or false is wanted" },
		{ "{\"process\":{\"user\":{\"uid\":-1}}}",
		    "process.user.uid: not a whole number in its range" },
		{ "{\"hostname\":\"a\",\"hostname\":\"b\"}",
		    "hostname: given twice" },
		{ "{\"nope\":1}", "nope: no such field" },
		{ "{\"annotations\":{\"a\":1}}",
		    "annotations: a string is wanted" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		OK(read_as(&grpc__spec__descriptor, rows[i][0]) == NULL);
		EQ_STR(e.msg, rows[i][1]);
		arena_release(&a);
	}
}

#define MINIMAL "\"root\":{\"path\":\"rootfs\"},\"process\":{\"args\":[\"x\"]}"

TEST(reads_an_oci_configuration)
{
	Grpc__Spec *s;

	arena_init(&a, 16 << 20);
	s = ctl_spec_parse(
	    "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"/r\"},"
	    "\"process\":{\"args\":[\"x\"],\"rlimits\":[{\"type\":"
	    "\"RLIMIT_CORE\",\"hard\":18446744073709551615,\"soft\":0}]},"
	    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":"
	    "\"network\"},{\"type\":\"mount\"},{\"type\":\"time\"}],"
	    "\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"2MB\","
	    "\"limit\":5}],\"cpu\":{\"cpus\":\"0-1\"},\"blockIO\":{"
	    "\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,"
	    "\"rate\":600}]}}}}",
	    &a, &e);
	OK(s != NULL);
	EQ_STR(s->version, "1.2.0");
	OK(s->process->rlimits[0]->hard == UINT64_MAX);
	EQ_INT(s->linux->n_namespaces, 2);
	EQ_STR(s->linux->namespaces[1]->type, "mount");
	EQ_STR(s->linux->resources->hugepagelimits[0]->pagesize, "2MB");
	EQ_STR(s->linux->resources->cpu->cpus, "0-1");
	EQ_INT(s->linux->resources->blockio->throttlereadbpsdevice[0]->rate,
	    600);
	arena_release(&a);
}

TEST(refuses_what_the_agent_cannot_be_told)
{
	static const char *const rows[][2] = {
		{ "{\"process\":{\"args\":[\"x\"]}}", "root: missing" },
		{ "{\"root\":{\"path\":\"x\"}}", "process.args: missing" },
		{ "{" MINIMAL ",\"domainname\":\"x\"}",
		    "domainname: this property is not supported" },
		{ "{" MINIMAL ",\"linux\":{\"resources\":{\"unified\":{}}}}",
		    "linux.resources.unified: this property is not "
		    "supported" },
		{ "{" MINIMAL ",\"mounts\":[{\"destination\":\"/\","
		  "\"uidMappings\":[]}]}",
		    "mounts.uidMappings: this property is not supported" },
		{ "{" MINIMAL ",\"linux\":{\"seccomp\":{\"defaultErrnoRet\":"
		  "1}}}",
		    "linux.seccomp.defaultErrnoRet: this property is not "
		    "supported" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena_init(&a, 16 << 20);
		OK(ctl_spec_parse(rows[i][0], &a, &e) == NULL);
		EQ_STR(e.msg, rows[i][1]);
		arena_release(&a);
	}
	/* What nobody knows is reported and ignored (OCI, Extensibility). */
	arena_init(&a, 16 << 20);
	OK(ctl_spec_parse("{" MINIMAL ",\"org.example\":1}", &a, &e) != NULL);
	arena_release(&a);
}

static void
put_file(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	OK(f != NULL);
	fputs(text, f);
	fclose(f);
}

TEST(reads_a_bundle)
{
	char dir[] = "/tmp/husk-bundle-XXXXXX";
	Grpc__CreateContainerRequest *q;
	char path[128];

	OK(mkdtemp(dir) != NULL);
	put_file(dir, "config.json",
	    "{" MINIMAL ",\"mounts\":[{\"destination\":\"/a\",\"type\":"
	    "\"bind\",\"source\":\"a\"},{\"destination\":\"/p\",\"type\":"
	    "\"proc\",\"source\":\"proc\"}]}");
	put_file(dir, "husk.json",
	    "{\"storages\":[{\"driver\":\"blk\",\"source\":\"/dev/vda\","
	    "\"mount_point\":\"rootfs\",\"options\":[\"ro\"]}]}");
	arena_init(&a, 16 << 20);
	q = ctl_spec_read(dir, "c1", &a, &e);
	OK(q != NULL);
	EQ_STR(q->container_id, "c1");
	EQ_STR(q->oci->root->path, "/run/kata-containers/c1/rootfs");
	EQ_STR(q->storages[0]->mount_point, "/run/kata-containers/c1/rootfs");
	EQ_STR(q->oci->mounts[0]->source, "/run/kata-containers/c1/a");
	EQ_STR(q->oci->mounts[1]->source, "proc");
	put_file(dir, "husk.json", "{\"container_id\":\"x\"}");
	OK(ctl_spec_read(dir, "c1", &a, &e) == NULL);
	EQ_STR(e.msg,
	    "husk.json: container_id: this property is not supported");
	snprintf(path, sizeof(path), "%s/husk.json", dir);
	unlink(path);
	OK(ctl_spec_read(dir, "c1", &a, &e) != NULL);
	snprintf(path, sizeof(path), "%s/config.json", dir);
	unlink(path);
	OK(ctl_spec_read(dir, "c1", &a, &e) == NULL);
	EQ_INT(e.code, ERR_NOT_FOUND);
	rmdir(dir);
	arena_release(&a);
}

TAP_MAIN
