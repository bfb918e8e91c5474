#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/out/refset.h"

void
refset_init(struct refset *r, const char *target, const char *title)
{
	memset(r, 0, sizeof(*r));
	r->target = target;
	r->trustee = target;
	r->title = title;
}

void
refset_set_cmdline(struct refset *r, const char *cmdline)
{
	r->cmdline = cmdline;
	sha2_digest(SHA2_256, cmdline, strlen(cmdline) + 1, r->cmdline_sha256);
}

void
refset_add_input(struct refset *r, const char *role, const char *path,
    uint64_t size, const uint8_t sha256[static SHA2_256_LEN])
{
	struct refset_input *in = &r->inputs[r->n_inputs];

	assert(r->n_inputs < REFSET_INPUTS && !refset_input(r, role));
	in->role = role;
	in->path = path;
	in->size = size;
	memcpy(in->sha256, sha256, SHA2_256_LEN);
	r->n_inputs++;
}

static struct refset_param *
add_param(struct refset *r, const char *name, enum refset_type type)
{
	struct refset_param *p = &r->params[r->n_params];

	assert(r->n_params < REFSET_PARAMS && !refset_param(r, name));
	p->name = name;
	p->type = type;
	r->n_params++;
	return p;
}

void
refset_add_number(struct refset *r, const char *name, uint64_t v)
{
	add_param(r, name, REFSET_NUMBER)->number = v;
}

void
refset_add_bits(struct refset *r, const char *name, uint64_t v)
{
	add_param(r, name, REFSET_BITS)->number = v;
}

void
refset_add_bool(struct refset *r, const char *name, bool v)
{
	add_param(r, name, REFSET_BOOL)->number = v;
}

void
refset_add_string(struct refset *r, const char *name, const char *s)
{
	if (s != NULL)
		add_param(r, name, REFSET_STRING)->string = s;
}

struct refset_register *
refset_add_register(struct refset *r, const char *name, const char *alg,
    size_t len)
{
	struct refset_register *reg = &r->registers[r->n_registers];

	assert(r->n_registers < REFSET_REGISTERS && len <= REFSET_LEN);
	assert(refset_register(r, name) == NULL);
	reg->name = name;
	reg->alg = alg;
	reg->len = len;
	r->n_registers++;
	return reg;
}

void
refset_register_set(struct refset_register *reg, const uint8_t *value)
{
	memcpy(reg->value, value, reg->len);
	reg->known = true;
}

void
refset_register_unknown(struct refset_register *reg, const char *why)
{
	reg->known = false;
	snprintf(reg->why, sizeof(reg->why), "%s", why);
}

void
refset_register_also(struct refset_register *reg, const char *when,
    const uint8_t *value)
{
	assert(reg->n_also < REFSET_ALSO);
	reg->also[reg->n_also].when = when;
	memcpy(reg->also[reg->n_also].value, value, reg->len);
	reg->n_also++;
}

void
refset_depend(struct refset_register *reg, const char *name)
{
	for (size_t i = 0; i < reg->n_depends; i++)
		if (str_eq(reg->depends[i], name))
			return;
	assert(reg->n_depends < REFSET_DEPENDS);
	reg->depends[reg->n_depends++] = name;
}

void
refset_add_event(struct refset *r, const struct refset_register *reg,
    const char *type, const char *input, const uint8_t *digest,
    const char *what)
{
	struct refset_event *ev = &r->events[r->n_events];

	assert(r->n_events < REFSET_EVENTS);
	ev->reg = (size_t)(reg - r->registers);
	ev->type = type;
	ev->input = input;
	memcpy(ev->digest, digest, reg->len);
	snprintf(ev->what, sizeof(ev->what), "%s", what);
	r->n_events++;
}

void
refset_warn(struct refset *r, const char *fmt, ...)
{
	va_list ap;

	if (r->n_warnings == REFSET_WARNINGS)
		return; /* the first ones say enough */
	va_start(ap, fmt);
	vsnprintf(r->warnings[r->n_warnings++], REFSET_TEXT, fmt, ap);
	va_end(ap);
}

const struct refset_register *
refset_register(const struct refset *r, const char *name)
{
	for (size_t i = 0; i < r->n_registers; i++)
		if (str_eq(r->registers[i].name, name))
			return &r->registers[i];
	return NULL;
}

const struct refset_param *
refset_param(const struct refset *r, const char *name)
{
	for (size_t i = 0; i < r->n_params; i++)
		if (str_eq(r->params[i].name, name))
			return &r->params[i];
	return NULL;
}

const struct refset_input *
refset_input(const struct refset *r, const char *role)
{
	for (size_t i = 0; i < r->n_inputs; i++)
		if (str_eq(r->inputs[i].role, role))
			return &r->inputs[i];
	return NULL;
}
