#include <string.h>

#include "policy/machine.h"

enum {
	PATH_MAX_KEYS = 256
};

struct vm_frame *
vm_frame_new(struct vm *vm, const struct vm_frame *like)
{
	struct vm_frame *f = heap_alloc(vm->heap, sizeof(*f));

	if (f == NULL)
		return NULL;
	*f = *like;
	f->id = vm->n_frames++;
	f->bare = NULL;
	return f;
}

struct vm_frame *
vm_frame_bare(struct vm *vm)
{
	struct vm_frame *f = vm->frame;

	if (f->mocks == NULL)
		return f;
	if (f->bare == NULL) {
		f->bare = vm_frame_new(vm, f);
		if (f->bare != NULL)
			f->bare->mocks = NULL;
	}
	return f->bare;
}

/* Frames are kept in registers, where nothing else looks at them. */
static struct vm_frame *
frame_in(const struct vm *vm, uint32_t reg)
{
	return (struct vm_frame *)(void *)vm->regs[reg].u.list;
}

enum step
vm_op_with(struct vm *vm, const struct insn *i)
{
	struct vm_frame *f = vm_frame_new(vm, vm->frame);

	if (f == NULL)
		return STEP_STOP;
	vm->regs[i->a] = value_undefined();
	vm->regs[i->a].u.list = (struct list *)(void *)f;
	return STEP_NEXT;
}

enum step
vm_op_frame(struct vm *vm, const struct insn *i)
{
	vm->frame = i->a == OPERAND_NONE ? vm->calls[vm->n_calls - 1].entry
					 : frame_in(vm, i->a);
	return STEP_NEXT;
}

static struct value
replace_key(struct vm *vm, struct value object, struct value key,
    struct value v)
{
	struct object_builder b;
	uint32_t i;

	object_init(&b, vm->heap);
	if (object.type == VALUE_OBJECT) {
		if (budget_charge(vm->ctx.budget, object.u.object->n) < 0)
			return value_undefined();
		for (i = 0; i < object.u.object->n; i++)
			object_add(&b, object.u.object->p[i].key,
			    object.u.object->p[i].val);
	}
	object_add(&b, key, v);
	return object_seal(&b);
}

/* Document v with what is at path replaced; objects are made on the way. */
static struct value
upsert(struct vm *vm, struct value v, struct value path, struct value leaf)
{
	struct value at[PATH_MAX_KEYS + 1];
	uint32_t n = path.u.list->n, i;

	at[0] = v;
	for (i = 0; i < n; i++)
		at[i + 1] =
		    at[i].type == VALUE_OBJECT
			? value_get(at[i], path.u.list->v[i], vm->ctx.budget)
			: value_undefined();
	for (i = n; i-- > 0;) {
		leaf = replace_key(vm, at[i], path.u.list->v[i], leaf);
		if (!value_defined(leaf))
			return leaf;
	}
	return leaf;
}

enum step
vm_op_with_input(struct vm *vm, const struct insn *i)
{
	struct vm_frame *f = frame_in(vm, i->a);

	f->input = upsert(vm, f->input, operand(vm, i->b), operand(vm, i->c));
	return STEP_NEXT;
}

enum step
vm_op_with_data(struct vm *vm, const struct insn *i)
{
	struct vm_frame *f = frame_in(vm, i->a);
	struct vm_override *o = heap_alloc(vm->heap, sizeof(*o));

	if (o == NULL)
		return STEP_STOP;
	o->next = f->overrides;
	o->path = operand(vm, i->b);
	f->overrides = o;
	f->data = upsert(vm, f->data, o->path, operand(vm, i->c));
	return STEP_NEXT;
}

enum step
vm_op_with_call(struct vm *vm, const struct insn *i)
{
	struct vm_frame *f = frame_in(vm, i->a);
	struct vm_mock *m = heap_alloc(vm->heap, sizeof(*m));

	if (m == NULL)
		return STEP_STOP;
	m->next = f->mocks;
	m->target = i->b;
	m->by = i->c;
	m->value =
	    i->n == WITH_BY_VALUE ? operand(vm, i->c) : value_undefined();
	f->mocks = m;
	return STEP_NEXT;
}

const struct vm_mock *
vm_mock_of(const struct vm *vm, uint32_t target)
{
	const struct vm_mock *m;

	for (m = vm->frame->mocks; m != NULL; m = m->next) {
		if (m->target == target)
			return m;
	}
	return NULL;
}

static bool
is_prefix(const struct vm *vm, struct value prefix, struct value path)
{
	uint32_t i;

	if (prefix.u.list->n > path.u.list->n)
		return false;
	for (i = 0; i < prefix.u.list->n; i++) {
		if (!value_equal(prefix.u.list->v[i], path.u.list->v[i],
			vm->ctx.budget))
			return false;
	}
	return true;
}

/* `with` replaced the document at path, or one that it is a part of. */
bool
vm_overridden(const struct vm *vm, struct value path)
{
	const struct vm_override *o;

	for (o = vm->frame->overrides; o != NULL; o = o->next) {
		if (is_prefix(vm, o->path, path))
			return true;
	}
	return false;
}

/*
 * One step down a base document. Its objects come from JSON, whose keys are
 * strings: as in OPA's store, an integer finds the key that is its text.
 */
static struct value
walk_step(struct vm *vm, struct value v, struct value key)
{
	struct value found = value_get(v, key, vm->ctx.budget);
	char text[NUMBER_INT_SIZE];
	const char *s;
	size_t len;

	if (value_defined(found) || v.type != VALUE_OBJECT ||
	    !value_is_int(key))
		return found;
	s = number_text(key, text, &len);
	return value_get_str(v, s, len);
}

struct value
vm_walk(struct vm *vm, struct value v, struct value path)
{
	uint32_t i;

	for (i = 0; i < path.u.list->n && value_defined(v); i++)
		v = walk_step(vm, v, path.u.list->v[i]);
	return v;
}

enum step
vm_op_base(struct vm *vm, const struct insn *i)
{
	struct value v = vm_walk(vm, vm->frame->data, operand(vm, i->b));

	vm->regs[i->a] = v;
	return value_defined(v) ? STEP_NEXT : STEP_FAIL;
}

enum step
vm_op_add_base(struct vm *vm, const struct insn *i)
{
	struct value v = vm_walk(vm, vm->frame->data, operand(vm, i->b));

	if (v.type == VALUE_OBJECT && vm_add_members(vm, vm->regs[i->a], v) < 0)
		return STEP_STOP;
	return STEP_NEXT;
}
