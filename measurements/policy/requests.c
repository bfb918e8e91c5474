#include <string.h>

#include "base/str.h"
#include "measurements/policy/requests.h"
#include "proto/method.h"

enum {
	NAME_MAX_LEN = 64,
	TYPING_ERRORS = 3 /* that many edits are still the same name */
};

static const char *
name_of(unsigned int id)
{
	const struct method *m = method_row((enum method_id)id);

	if (!str_eq(m->service, "grpc.AgentService"))
		return NULL;
	return m->request->short_name;
}

/* Two methods may share a message. */
static bool
seen_before(unsigned int id)
{
	unsigned int i;

	for (i = 0; i < id; i++) {
		const char *other = name_of(i);

		if (other != NULL && str_eq(other, name_of(id)))
			return true;
	}
	return false;
}

const char *
requests_name(size_t i)
{
	unsigned int id;

	for (id = 0; id < METHOD_END; id++) {
		if (name_of(id) != NULL && !seen_before(id) && i-- == 0)
			return name_of(id);
	}
	return NULL;
}

bool
requests_known(const char *name)
{
	const char *known;
	size_t i;

	for (i = 0; (known = requests_name(i)) != NULL; i++) {
		if (str_eq(known, name))
			return true;
	}
	return str_eq(name, "AllowRequestsFailingPolicy");
}

/* The edit distance of two names (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1], la = strlen(a), lb = strlen(b), i, k;

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (k = 0; k <= lb; k++)
		row[k] = k;
	for (i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (k = 1; k <= lb; k++) {
			size_t best = diagonal + (a[i - 1] != b[k - 1]);

			diagonal = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[lb];
}

const char *
requests_similar(const char *name)
{
	const char *known, *best = NULL;
	size_t i, least = TYPING_ERRORS + 1;

	for (i = 0; (known = requests_name(i)) != NULL; i++) {
		size_t d = distance(name, known);

		if (d < least) {
			least = d;
			best = known;
		}
	}
	return best;
}
