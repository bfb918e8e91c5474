#include <string.h>

#include "policy/machine.h"

static uint32_t
slot_of(const struct vm *vm, uint32_t frame, uint32_t func)
{
	uint64_t h = heap_mix(vm->heap, frame, func);

	return (uint32_t)h & (vm->cap_slots - 1);
}

static struct vm_memo_slot *
find(struct vm *vm, uint32_t frame, uint32_t func)
{
	uint32_t i = slot_of(vm, frame, func);

	while (vm->slots[i].frame != 0 &&
	       (vm->slots[i].frame != frame || vm->slots[i].func != func))
		i = (i + 1) & (vm->cap_slots - 1);
	return &vm->slots[i];
}

static int
grow(struct vm *vm)
{
	struct vm_memo_slot *old = vm->slots;
	uint32_t cap = vm->cap_slots, i;

	vm->cap_slots = cap == 0 ? 64 : cap * 2;
	vm->slots = heap_array(vm->heap, vm->cap_slots, sizeof(*vm->slots));
	if (vm->slots == NULL)
		return -1;
	memset(vm->slots, 0, vm->cap_slots * sizeof(*vm->slots));
	for (i = 0; i < cap; i++) {
		if (old[i].frame != 0)
			*find(vm, old[i].frame, old[i].func) = old[i];
	}
	return 0;
}

/* What is known of document func in the current frame. */
struct vm_memo *
vm_memo(struct vm *vm, uint32_t func)
{
	struct vm_memo_slot *s;

	if (vm->frame->id == 0)
		return &vm->memo[func];
	if (vm->n_slots * 2 >= vm->cap_slots && grow(vm) < 0)
		return NULL;
	s = find(vm, vm->frame->id, func);
	if (s->frame == 0) {
		s->frame = vm->frame->id;
		s->func = func;
		vm->n_slots++;
	}
	return &s->memo;
}
