#include <string.h>

#include "base/str.h"
#include "measurements/out/json_in.h"
#include "measurements/out/out.h"
#include "measurements/verify/refs.h"

/* JSON in base64: NULL with *e when it is none. */
static cJSON *
decode(const char *text, enum base64_form form, struct arena *a, struct err *e)
{
	struct span s = json_in_base64(text, form, a);
	cJSON *json;

	if (span_bad(&s)) {
		err_set(e, ERR_SYNTAX,
		    "reference values: a payload that is no base64");
		return NULL;
	}
	if (json_in_parse(s.p, span_len(&s), &json, e) < 0) {
		err_wrap(e, "reference values: payload");
		return NULL;
	}
	return json;
}

/* Move the member value of a stored reference value to o under its name. */
static int
add_stored(cJSON *o, cJSON *stored, struct err *e)
{
	const char *name = json_in_string(stored, "name");

	if (name == NULL || json_in_get(stored, "value") == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "reference values: an entry without 'name' and 'value' "
		    "(a store before Trustee 0.14?)");
	if (json_in_get(o, name) != NULL)
		return err_set(e, ERR_SYNTAX,
		    "reference values: %s is there twice", STR_QUOTED(name));
	cJSON_AddItemToObject(o, name,
	    cJSON_DetachItemFromObjectCaseSensitive(stored, "value"));
	return 0;
}

static int
from_array(cJSON *json, cJSON *o, struct err *e)
{
	cJSON *v;

	cJSON_ArrayForEach(v, json)
	{
		if (add_stored(o, v, e) < 0)
			return -1;
	}
	return 0;
}

/* {name: base64url of a stored value}. */
static int
from_store(const cJSON *json, cJSON *o, struct arena *a, struct err *e)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, json)
	{
		cJSON *stored =
		    decode(cJSON_GetStringValue(v), BASE64_URL, a, e);
		int rc;

		if (stored == NULL)
			return -1;
		rc = add_stored(o, stored, e);
		cJSON_Delete(stored);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Every value is a long string of the store's encoding of an object. */
static bool
is_store(const cJSON *json)
{
	const cJSON *v;

	if (!cJSON_IsObject(json) || json->child == NULL)
		return false;
	cJSON_ArrayForEach(v, json)
	{
		const char *s = cJSON_GetStringValue(v);

		/* The first character of an object is '{' or white space. */
		if (s == NULL || (!str_starts(s, "ey") && !str_starts(s, "ew")))
			return false;
	}
	return true;
}

static int
check_values(const struct refs *r, struct err *e)
{
	if (!cJSON_IsObject(r->values) || r->values->child == NULL)
		return err_set(e, ERR_SYNTAX,
		    "reference values: none of the forms that are known");
	if (cJSON_GetArraySize(r->values) > REFS_VALUES)
		return err_set(e, ERR_LIMIT,
		    "reference values: more than %d of them", REFS_VALUES);
	return 0;
}

/* The forms that are not an object of values already. Takes json. */
static int
convert(cJSON *json, struct arena *a, struct refs *r, struct err *e)
{
	const char *payload = json_in_string(json, "payload");
	int rc = 0;

	if (payload != NULL) {
		r->title = "RVPS message";
		r->values = decode(payload, BASE64_STANDARD, a, e);
		rc = r->values ? 0 : -1;
	} else if (cJSON_IsArray(json)) {
		r->title = "RVPS store";
		r->values = cJSON_CreateObject();
		rc = from_array(json, r->values, e);
	} else if (is_store(json)) {
		r->title = "RVPS store";
		r->values = cJSON_CreateObject();
		rc = from_store(json, r->values, a, e);
	} else {
		r->title = "Trustee's values";
		r->values = json;
		json = NULL;
	}
	cJSON_Delete(json);
	return rc;
}

int
refs_parse(struct span s, struct arena *a, struct refs *ret_r, struct err *e)
{
	struct refs r;
	cJSON *json;

	memset(&r, 0, sizeof(r));
	if (json_in_parse(s.p, span_len(&s), &json, e) < 0)
		return -1;
	if (saved_is(json)) {
		r.form = REFS_SETS;
		r.title = "husk's values";
		if (saved_take(json, &r.saved, e) < 0)
			return -1;
		*ret_r = r;
		return 0;
	}
	r.form = REFS_TRUSTEE;
	if (convert(json, a, &r, e) < 0 || check_values(&r, e) < 0) {
		refs_release(&r);
		return -1;
	}
	cJSON_DeleteItemFromObjectCaseSensitive(r.values, OUT_PROVENANCE);
	*ret_r = r;
	return 0;
}

bool
refs_is_literal(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789.");

	return n > 0 && text[n] == '=';
}

int
refs_literal(const char *text, struct refs *ret_r, struct err *e)
{
	struct refs r = { .form = REFS_LITERAL, .title = "--against" };

	r.values = cJSON_CreateObject();
	while (*text != '\0') {
		size_t name = strcspn(text, "="), len = strcspn(text, ",");
		char key[64], value[512];

		if (name >= len || name >= sizeof(key) || name == 0 ||
		    len - name - 1 >= sizeof(value)) {
			err_set(e, ERR_ARGUMENT,
			    "--against %s: not NAME=VALUE,...",
			    STR_QUOTED(text));
			goto bad;
		}
		memcpy(key, text, name);
		key[name] = '\0';
		memcpy(value, text + name + 1, len - name - 1);
		value[len - name - 1] = '\0';
		if (json_in_get(r.values, key) != NULL) {
			err_set(e, ERR_ARGUMENT, "--against: %s twice",
			    STR_QUOTED(key));
			goto bad;
		}
		cJSON_AddStringToObject(r.values, key, value);
		text += len + (text[len] == ',');
	}
	if (check_values(&r, e) == 0) {
		*ret_r = r;
		return 0;
	}
bad:
	refs_release(&r);
	return -1;
}

bool
refs_have(const struct refs *r, const char *name)
{
	if (r->form != REFS_SETS)
		return json_in_get(r->values, name) != NULL;
	for (size_t i = 0; i < r->saved.n; i++) {
		const struct refset_register *reg =
		    refset_register(&r->saved.sets[i], name);

		if ((reg != NULL && reg->known) ||
		    refset_param(&r->saved.sets[i], name) != NULL)
			return true;
	}
	return false;
}

void
refs_release(struct refs *r)
{
	if (r->form == REFS_SETS)
		saved_release(&r->saved);
	cJSON_Delete(r->values);
	memset(r, 0, sizeof(*r));
}
