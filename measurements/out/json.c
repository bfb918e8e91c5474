#include <string.h>

#include "measurements/out/json.h"
#include "measurements/out/out.h"

static void
put_register(struct json_out *j, const struct refset *r,
    const struct refset_register *reg)
{
	const uint8_t *value;
	const char *when;

	json_out_object(j, reg->name);
	if (reg->known)
		json_out_hex(j, "value", reg->value, reg->len);
	else
		json_out_null(j, "value");
	json_out_string(j, "algorithm", reg->alg);
	json_out_array(j, "depends");
	for (size_t i = 0; i < reg->n_depends; i++)
		json_out_string(j, NULL, reg->depends[i]);
	json_out_end(j);
	json_out_object(j, "also");
	for (size_t k = 1; (value = refset_value(r, reg, k, &when)) != NULL;
	     k++)
		json_out_hex(j, when, value, reg->len);
	json_out_end(j);
	json_out_string(j, "why", reg->known ? NULL : reg->why);
	json_out_end(j);
}

static void
put_cmdline(struct json_out *j, const struct refset *r)
{
	if (r->cmdline == NULL) {
		json_out_null(j, "cmdline");
		return;
	}
	json_out_object(j, "cmdline");
	json_out_string(j, "text", r->cmdline);
	json_out_number(j, "size", strlen(r->cmdline) + 1);
	json_out_hex(j, "sha256", r->cmdline_sha256, SHA2_256_LEN);
	json_out_end(j);
}

static void
put_param(struct json_out *j, const struct refset_param *p)
{
	switch (p->type) {
	case REFSET_NUMBER:
	case REFSET_BITS:
		json_out_number(j, p->name, p->number);
		return;
	case REFSET_BOOL:
		json_out_bool(j, p->name, p->number != 0);
		return;
	case REFSET_STRING:
		json_out_string(j, p->name, p->string);
		return;
	}
}

void
json_sources(struct json_out *j, const struct refset *r)
{
	put_cmdline(j, r);
	json_out_object(j, "inputs");
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct refset_input *in = &r->inputs[i];

		json_out_object(j, in->role);
		json_out_string(j, "path", in->path);
		json_out_number(j, "size", in->size);
		json_out_hex(j, "sha256", in->sha256, SHA2_256_LEN);
		json_out_end(j);
	}
	json_out_end(j);
	json_out_object(j, "parameters");
	for (size_t i = 0; i < r->n_params; i++)
		put_param(j, &r->params[i]);
	json_out_end(j);
}

static void
put_events(struct json_out *j, const struct refset *r)
{
	json_out_array(j, "events");
	for (size_t i = 0; i < r->n_events; i++) {
		const struct refset_event *ev = &r->events[i];
		const struct refset_register *reg = &r->registers[ev->reg];

		json_out_object(j, NULL);
		json_out_string(j, "register", reg->name);
		json_out_string(j, "type", ev->type);
		json_out_hex(j, "digest", ev->digest, reg->len);
		json_out_string(j, "input", ev->input);
		json_out_string(j, "what", ev->what);
		json_out_end(j);
	}
	json_out_end(j);
}

void
json_shape(struct json_out *j, const struct refset *r)
{
	json_out_number(j, "vcpus", r->shape[REFSET_VCPUS]);
	if (r->shape[REFSET_MEMORY] != 0)
		json_out_number(j, "memory", r->shape[REFSET_MEMORY]);
	else
		json_out_null(j, "memory");
}

static void
put_set(struct json_out *j, const struct refset *r)
{
	json_out_object(j, NULL);
	json_out_string(j, "schema", JSON_SCHEMA);
	json_out_string(j, "target", r->target);
	json_out_object(j, "shape");
	json_shape(j, r);
	json_out_end(j);
	json_out_object(j, "registers");
	for (size_t i = 0; i < r->n_registers; i++)
		put_register(j, r, &r->registers[i]);
	json_out_end(j);
	json_sources(j, r);
	put_events(j, r);
	json_out_array(j, "warnings");
	for (size_t i = 0; i < r->n_warnings; i++)
		json_out_string(j, NULL, r->warnings[i]);
	json_out_end(j);
	json_out_end(j);
}

int
out_json(const struct out *o, struct buf *b, struct err *e)
{
	struct json_out j;

	(void)e;
	json_out_init(&j, b);
	if (o->n > 1)
		json_out_array(&j, NULL);
	for (size_t i = 0; i < o->n; i++)
		put_set(&j, &o->sets[i]);
	if (o->n > 1)
		json_out_end(&j);
	return 0;
}
