#include <stdlib.h>
#include <string.h>

#include "policy/machine.h"

/* One rule's contribution to an object of several levels. */
struct tree_entry {
	struct value path; /* array */
	struct value val;
	bool set; /* val is a member of a set there */
};

struct vm_builder {
	enum build_kind kind;
	struct list_builder list;
	struct object_builder object;
	struct tree_entry *entries;
	size_t n, cap;
	bool deep; /* some path is longer than one, or ends in a set */
};

static struct vm_builder *
builder_in(struct value v)
{
	return (struct vm_builder *)(void *)v.u.list;
}

enum step
vm_op_build(struct vm *vm, const struct insn *i)
{
	struct vm_builder *b = heap_alloc(vm->heap, sizeof(*b));

	if (b == NULL)
		return STEP_STOP;
	memset(b, 0, sizeof(*b));
	b->kind = (enum build_kind)i->n;
	list_init(&b->list, vm->heap);
	object_init(&b->object, vm->heap);
	vm->regs[i->a] = value_undefined();
	vm->regs[i->a].u.list = (struct list *)(void *)b;
	return STEP_NEXT;
}

enum step
vm_op_add(struct vm *vm, const struct insn *i)
{
	struct vm_builder *b = builder_in(vm->regs[i->a]);

	if (i->c == OPERAND_NONE)
		list_add(&b->list, operand(vm, i->b));
	else
		object_add(&b->object, operand(vm, i->b), operand(vm, i->c));
	return STEP_NEXT;
}

int
vm_add_members(struct vm *vm, struct value builder, struct value object)
{
	struct vm_builder *b = builder_in(builder);
	uint32_t i;

	if (budget_charge(vm->ctx.budget, object.u.object->n) < 0)
		return -1;
	for (i = 0; i < object.u.object->n; i++) {
		if (object_add(&b->object, object.u.object->p[i].key,
			object.u.object->p[i].val) < 0)
			return -1;
	}
	return 0;
}

static enum step
add_path(struct vm *vm, const struct insn *i, bool set)
{
	struct vm_builder *b = builder_in(vm->regs[i->a]);
	struct tree_entry *e;
	struct list_builder path;
	uint32_t k;

	if (i->n == 1 && !set && !b->deep) {
		object_add(&b->object, operand(vm, vm->p->operands[i->b]),
		    operand(vm, i->c));
	} else {
		b->deep = true;
	}
	if (b->n == b->cap) {
		size_t cap = b->cap == 0 ? 16 : b->cap * 2;

		e = heap_grow(vm->heap, b->entries, b->cap * sizeof(*e),
		    cap * sizeof(*e));
		if (e == NULL)
			return STEP_STOP;
		b->entries = e;
		b->cap = cap;
	}
	list_init(&path, vm->heap);
	for (k = 0; k < i->n; k++)
		list_add(&path, operand(vm, vm->p->operands[i->b + k]));
	e = &b->entries[b->n++];
	e->path = list_array(&path);
	e->val = operand(vm, i->c);
	e->set = set;
	return value_defined(e->path) ? STEP_NEXT : STEP_STOP;
}

enum step
vm_op_add_path(struct vm *vm, const struct insn *i)
{
	return add_path(vm, i, false);
}

enum step
vm_op_add_path_set(struct vm *vm, const struct insn *i)
{
	return add_path(vm, i, true);
}

static int
by_path(const void *a, const void *b, void *budget)
{
	const struct tree_entry *x = a, *y = b;

	return value_compare(x->path, y->path, budget);
}

/* All entries end here, at one place: 0, 1 for a conflict, -1 for a limit. */
static int
leaf(struct vm *vm, const struct tree_entry *e, size_t n, struct value *ret)
{
	struct list_builder members;
	size_t i;

	list_init(&members, vm->heap);
	for (i = 0; i < n; i++) {
		if (e[i].set != e[0].set)
			return 1;
		if (e[i].set)
			list_add(&members, e[i].val);
		else if (!value_equal(e[i].val, e[0].val, vm->ctx.budget))
			return 1;
	}
	*ret = e[0].set ? list_set(&members) : e[0].val;
	return value_defined(*ret) ? 0 : -1;
}

/*
 * The object of sorted entries from level `at` of their paths on. The depth is
 * that of the longest path, which the compiler bounds.
 */
static int
tree(struct vm *vm, const struct tree_entry *e, size_t n, uint32_t at,
    struct value *ret)
{
	struct object_builder b;
	size_t i, end;
	int r = 0;

	if (budget_charge(vm->ctx.budget, n) < 0)
		return -1;
	if (e[0].path.u.list->n == at) {
		for (i = 0; i < n; i++) {
			if (e[i].path.u.list->n != at)
				return 1;
		}
		return leaf(vm, e, n, ret);
	}
	object_init(&b, vm->heap);
	for (i = 0; r == 0 && i < n; i = end) {
		struct value key = e[i].path.u.list->v[at], v;

		for (end = i + 1; end < n; end++) {
			if (!value_equal(e[end].path.u.list->v[at], key,
				vm->ctx.budget))
				break;
		}
		r = tree(vm, e + i, end - i, at + 1, &v);
		if (r == 0)
			r = object_add(&b, key, v);
	}
	if (r != 0)
		return r;
	*ret = object_seal(&b);
	return value_defined(*ret) ? 0 : -1;
}

static int
seal_tree(struct vm *vm, struct vm_builder *b, struct value *ret)
{
	if (!b->deep)
		return object_seal_once(&b->object, ret);
	qsort_r(b->entries, b->n, sizeof(*b->entries), by_path, vm->ctx.budget);
	if (budget_hit(vm->ctx.budget) != BUDGET_OK)
		return -1;
	return tree(vm, b->entries, b->n, 0, ret);
}

enum step
vm_op_seal(struct vm *vm, const struct insn *i)
{
	struct vm_builder *b = builder_in(vm->regs[i->b]);
	struct value v = value_undefined();
	int r = 0;

	switch (b->kind) {
	case BUILD_ARRAY:
		v = list_array(&b->list);
		break;
	case BUILD_SET:
		v = list_set(&b->list);
		break;
	case BUILD_OBJECT:
		r = object_seal_once(&b->object, &v);
		break;
	case BUILD_EXTENT:
		v = object_seal(&b->object);
		break;
	case BUILD_TREE:
		r = seal_tree(vm, b, &v);
		break;
	}
	if (r == 1)
		return vm_error(vm, "eval_conflict_error",
		    "object keys must be unique");
	vm->regs[i->a] = v;
	if (r < 0 || !value_defined(v)) {
		budget_fail(vm->ctx.budget, BUDGET_INTERNAL);
		return STEP_STOP;
	}
	return STEP_NEXT;
}

static enum step
make_list(struct vm *vm, const struct insn *i, bool set)
{
	struct list_builder b;
	uint32_t k;

	list_init(&b, vm->heap);
	for (k = 0; k < i->n; k++)
		list_add(&b, operand(vm, vm->p->operands[i->c + k]));
	vm->regs[i->a] = set ? list_set(&b) : list_array(&b);
	return value_defined(vm->regs[i->a]) ? STEP_NEXT : STEP_STOP;
}

enum step
vm_op_array(struct vm *vm, const struct insn *i)
{
	return make_list(vm, i, false);
}

enum step
vm_op_set(struct vm *vm, const struct insn *i)
{
	return make_list(vm, i, true);
}

enum step
vm_op_object(struct vm *vm, const struct insn *i)
{
	struct object_builder b;
	const uint32_t *o = vm->p->operands + i->c;
	uint32_t k;

	object_init(&b, vm->heap);
	for (k = 0; k + 1 < i->n; k += 2)
		object_add(&b, operand(vm, o[k]), operand(vm, o[k + 1]));
	vm->regs[i->a] = object_seal(&b);
	return value_defined(vm->regs[i->a]) ? STEP_NEXT : STEP_STOP;
}
