#include "policy/budget.h"

static const char *const limit_names[BUDGET_LIMITS] = {
	[BUDGET_OK] = "none",
	[BUDGET_STEPS] = "limit_steps",
	[BUDGET_MEMORY] = "limit_memory",
	[BUDGET_DEPTH] = "limit_depth",
	[BUDGET_STRING] = "limit_string",
	[BUDGET_ITEMS] = "limit_items",
	[BUDGET_NUMBER] = "limit_number",
	[BUDGET_REGEX] = "limit_regex",
	[BUDGET_FORMAT] = "limit_format",
	[BUDGET_POLICY] = "limit_policy",
	[BUDGET_INTERNAL] = "internal",
};

void
budget_init(struct budget *b, uint64_t steps, uint32_t depth_max)
{
	*b = (struct budget){ .steps = steps, .depth_max = depth_max };
}

int
budget_fail(struct budget *b, enum budget_limit limit)
{
	if (b->hit == BUDGET_OK)
		b->hit = limit;
	return -1;
}

const char *
budget_name(enum budget_limit limit)
{
	if (limit >= BUDGET_LIMITS)
		limit = BUDGET_INTERNAL;
	return limit_names[limit];
}
