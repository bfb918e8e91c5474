#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/json.h"
#include "measurements/out/json_in.h"
#include "measurements/out/saved.h"

enum {
	NAME_SIZE = 64
};

static int
wrong(const char *key, const char *rule, struct err *e)
{
	return err_set(e, ERR_SYNTAX, "reference values: %s: %s",
	    STR_QUOTED(key), rule);
}

/* Names are shown without quotes, so they are words. */
static int
check_name(const char *s, struct err *e)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			     "XYZ0123456789_.:-");

	if (n == 0 || n >= NAME_SIZE || s[n] != '\0')
		return wrong(s, "not a name", e);
	return 0;
}

/* A string that must be there. */
static int
need_string(const cJSON *o, const char *key, const char **ret_s, struct err *e)
{
	*ret_s = json_in_string(o, key);
	return *ret_s ? 0 : wrong(key, "not a string", e);
}

/* A string or null. */
static int
may_string(const cJSON *o, const char *key, const char **ret_s, struct err *e)
{
	const cJSON *v = json_in_get(o, key);

	*ret_s = cJSON_GetStringValue(v);
	if (*ret_s == NULL && v != NULL && !cJSON_IsNull(v))
		return wrong(key, "neither a string nor null", e);
	return 0;
}

static int
need_hex(const cJSON *v, const char *key, uint8_t *ret_p, size_t len,
    struct err *e)
{
	const char *s = cJSON_GetStringValue(v);

	if (s == NULL || hex_decode(s, strlen(s), ret_p, len) < 0)
		return wrong(key, "not hexadecimal of the right length", e);
	return 0;
}

static const cJSON *
need_children(const cJSON *set, const char *key,
    cJSON_bool (*is)(const cJSON *), int max, struct err *e)
{
	const cJSON *v = json_in_get(set, key);

	if (v == NULL || !is(v)) {
		wrong(key, "missing, or not of the right type", e);
		return NULL;
	}
	if (cJSON_GetArraySize(v) > max) {
		wrong(key, "too many members", e);
		return NULL;
	}
	return v;
}

/* Bytes of a register: those of its value, its algorithm, or of an event. */
static size_t
register_len(const cJSON *set, const cJSON *v, const char *alg)
{
	const char *value = json_in_string(v, "value"), *of;
	const cJSON *ev;

	if (value != NULL)
		return strlen(value) / 2;
	for (int i = SHA2_256; alg != NULL && i <= SHA2_512; i++)
		if (str_eq(alg, sha2_name((enum sha2_algorithm)i)))
			return sha2_len((enum sha2_algorithm)i);
	cJSON_ArrayForEach(ev, json_in_get(set, "events"))
	{
		of = json_in_string(ev, "register");
		if (of != NULL && str_eq(of, v->string) &&
		    json_in_string(ev, "digest") != NULL)
			return strlen(json_in_string(ev, "digest")) / 2;
	}
	return SHA2_384_LEN;
}

static int
read_also(const cJSON *v, struct refset *r, const struct refset_register *reg,
    struct err *e)
{
	const cJSON *also =
	    need_children(v, "also", cJSON_IsObject, REFSET_ALSO, e);
	const cJSON *a;
	uint8_t value[REFSET_LEN];

	if (also == NULL)
		return -1;
	cJSON_ArrayForEach(a, also)
	{
		if (need_hex(a, a->string, value, reg->len, e) < 0)
			return -1;
		if (r->n_also >= REFSET_ALSO)
			return err_set(e, ERR_LIMIT,
			    "more than %d values that are as good",
			    REFSET_ALSO);
		if (strlen(a->string) >= sizeof(r->also[0].when))
			return err_set(e, ERR_SYNTAX, "also: the case %s",
			    STR_QUOTED(a->string));
		refset_add_also(r, reg, a->string, value);
	}
	return 0;
}

static int
read_register(const cJSON *set, const cJSON *v, struct refset *r, struct err *e)
{
	const cJSON *depends =
	    need_children(v, "depends", cJSON_IsArray, REFSET_DEPENDS, e);
	const char *alg, *why;
	struct refset_register *reg;
	const cJSON *d, *value = json_in_get(v, "value");
	size_t len;

	if (depends == NULL || check_name(v->string, e) < 0 ||
	    may_string(v, "algorithm", &alg, e) < 0 ||
	    may_string(v, "why", &why, e) < 0 ||
	    (alg != NULL && check_name(alg, e) < 0))
		return -1;
	len = register_len(set, v, alg);
	if (len == 0 || len > REFSET_LEN)
		return wrong(v->string, "a value of that length", e);
	reg = refset_add_register(r, v->string, alg, len);
	if (cJSON_IsString(value)) {
		if (need_hex(value, v->string, reg->value, len, e) < 0)
			return -1;
		reg->known = true;
	} else {
		refset_register_unknown(reg, why ? why : "the file has none");
	}
	cJSON_ArrayForEach(d, depends)
	{
		if (!cJSON_IsString(d))
			return wrong("depends", "not a string", e);
		if (check_name(d->valuestring, e) < 0)
			return -1;
		refset_depend(reg, d->valuestring);
	}
	return read_also(v, r, reg, e);
}

static int
read_inputs(const cJSON *set, struct refset *r, struct err *e)
{
	const cJSON *v =
	    need_children(set, "inputs", cJSON_IsObject, REFSET_INPUTS, e);
	const cJSON *in;

	cJSON_ArrayForEach(in, v)
	{
		uint8_t sha256[SHA2_256_LEN];
		const char *path;
		uint64_t size;

		if (check_name(in->string, e) < 0 ||
		    need_string(in, "path", &path, e) < 0 ||
		    need_hex(json_in_get(in, "sha256"), "sha256", sha256,
			sizeof(sha256), e) < 0)
			return -1;
		if (json_in_u64(json_in_get(in, "size"), UINT64_MAX, &size) < 0)
			return wrong("size", "not a number", e);
		refset_add_input(r, in->string, path, size, sha256);
	}
	return v ? 0 : -1;
}

/* Numbers that people read in hexadecimal; JSON does not say. */
static bool
is_bits(const char *name)
{
	static const char *const names[] = { "vcpu_sig", "guest_features",
		"policy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static int
read_params(const cJSON *set, struct refset *r, struct err *e)
{
	const cJSON *v =
	    need_children(set, "parameters", cJSON_IsObject, REFSET_PARAMS, e);
	const cJSON *p;
	uint64_t n;

	cJSON_ArrayForEach(p, v)
	{
		if (check_name(p->string, e) < 0)
			return -1;
		if (cJSON_IsString(p))
			refset_add_string(r, p->string, p->valuestring);
		else if (cJSON_IsBool(p))
			refset_add_bool(r, p->string, cJSON_IsTrue(p));
		else if (json_in_u64(p, UINT64_MAX, &n) < 0)
			return wrong(p->string,
			    "not a number, a string or a bool", e);
		else if (is_bits(p->string))
			refset_add_bits(r, p->string, n);
		else
			refset_add_number(r, p->string, n);
	}
	return v ? 0 : -1;
}

static int
read_events(const cJSON *set, struct refset *r, struct err *e)
{
	const cJSON *v =
	    need_children(set, "events", cJSON_IsArray, REFSET_EVENTS, e);
	const cJSON *ev;

	cJSON_ArrayForEach(ev, v)
	{
		const struct refset_register *reg;
		const char *name, *type, *input, *what;
		uint8_t digest[REFSET_LEN];

		if (need_string(ev, "register", &name, e) < 0 ||
		    may_string(ev, "type", &type, e) < 0 ||
		    may_string(ev, "input", &input, e) < 0 ||
		    need_string(ev, "what", &what, e) < 0 ||
		    (type != NULL && check_name(type, e) < 0) ||
		    (input != NULL && check_name(input, e) < 0))
			return -1;
		reg = refset_register(r, name);
		if (reg == NULL)
			return wrong(name,
			    "an event of a register that is "
			    "not there",
			    e);
		if (need_hex(json_in_get(ev, "digest"), "digest", digest,
			reg->len, e) < 0)
			return -1;
		refset_add_event(r, reg, type, input, digest, what);
	}
	return v ? 0 : -1;
}

static int
read_rest(const cJSON *set, struct refset *r, struct err *e)
{
	const cJSON *v =
	    need_children(set, "warnings", cJSON_IsArray, REFSET_WARNINGS, e);
	const cJSON *shape = json_in_get(set, "shape"), *w;
	const cJSON *memory = json_in_get(shape, "memory");

	if (v == NULL)
		return -1;
	cJSON_ArrayForEach(w, v)
	{
		if (!cJSON_IsString(w))
			return wrong("warnings", "not a string", e);
		refset_warn(r, "%s", w->valuestring);
	}
	if (json_in_u64(json_in_get(shape, "vcpus"), UINT32_MAX,
		&r->shape[REFSET_VCPUS]) < 0 ||
	    (!cJSON_IsNull(memory) &&
		json_in_u64(memory, UINT64_MAX, &r->shape[REFSET_MEMORY]) < 0))
		return wrong("shape", "not {vcpus, memory}", e);
	return 0;
}

static int
read_set(const cJSON *set, struct refset *r, struct err *e)
{
	const cJSON *regs, *v, *cmdline = json_in_get(set, "cmdline");
	const char *target, *text;

	if (!saved_is(set))
		return err_set(e, ERR_SYNTAX,
		    "reference values: not of the schema %s", JSON_SCHEMA);
	if (need_string(set, "target", &target, e) < 0 ||
	    check_name(target, e) < 0)
		return -1;
	refset_init(r, target, target);
	regs = need_children(set, "registers", cJSON_IsObject, REFSET_REGISTERS,
	    e);
	if (regs == NULL)
		return -1;
	cJSON_ArrayForEach(v, regs)
	{
		if (read_register(set, v, r, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(v->string));
	}
	if (cJSON_IsObject(cmdline)) {
		if (need_string(cmdline, "text", &text, e) < 0)
			return -1;
		refset_set_cmdline(r, text);
	}
	if (read_inputs(set, r, e) < 0 || read_params(set, r, e) < 0 ||
	    read_events(set, r, e) < 0)
		return -1;
	return read_rest(set, r, e);
}

bool
saved_is(const cJSON *json)
{
	const char *schema =
	    json_in_string(cJSON_IsArray(json) ? json->child : json, "schema");

	return schema != NULL && str_eq(schema, JSON_SCHEMA);
}

int
saved_take(cJSON *json, struct saved *ret_s, struct err *e)
{
	const cJSON *set = cJSON_IsArray(json) ? json->child : json;
	int n = cJSON_IsArray(json) ? cJSON_GetArraySize(json) : 1;
	struct saved s = { .json = json };
	int rc = 0;

	if (n < 1 || n > SAVED_SETS) {
		cJSON_Delete(json);
		return err_set(e, ERR_LIMIT,
		    "reference values: %d sets, and they are 1 to %d", n,
		    SAVED_SETS);
	}
	s.sets = must_alloc((size_t)n, sizeof(*s.sets));
	for (; rc == 0 && s.n < (size_t)n; s.n++, set = set->next)
		rc = read_set(set, &s.sets[s.n], e);
	if (rc < 0) {
		saved_release(&s);
		return -1;
	}
	*ret_s = s;
	return 0;
}

int
saved_read(const void *p, size_t len, struct saved *ret_s, struct err *e)
{
	cJSON *json;

	if (json_in_parse(p, len, &json, e) < 0)
		return -1;
	return saved_take(json, ret_s, e);
}

void
saved_release(struct saved *s)
{
	free(s->sets);
	cJSON_Delete(s->json);
	memset(s, 0, sizeof(*s));
}
