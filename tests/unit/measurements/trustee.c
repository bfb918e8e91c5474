#include "measurements/out/trustee.h"
#include "tests/lib/tap.h"

static struct refset sets[2];
static struct out o = { .sets = sets, .n = 2 };

static const char *
json(const struct trustee_row *row)
{
	static struct buf b;
	struct json_out j;

	if (b.cap == 0)
		buf_init(&b, 4096);
	buf_clear(&b);
	json_out_init(&j, &b);
	trustee_json_value(&j, NULL, &o, row);
	return buf_str(&b);
}

static void
begin(const char *target)
{
	refset_init(&sets[0], target, "a guest");
	refset_init(&sets[1], target, "a guest");
}

static struct refset_register *
add(struct refset *r, const char *name, const char *value)
{
	struct refset_register *reg = refset_add_register(r, name, "sha256", 2);

	refset_register_set(reg, (const uint8_t *)value);
	return reg;
}

static const struct trustee_row *
row(const char *name)
{
	const struct trustee_row *found = NULL;

	while ((found = trustee_next(&o, found)) != NULL)
		if (strcmp(found->name, name) == 0)
			break;
	return found;
}

TEST(values_of_shapes_are_one_list_without_repetition)
{
	begin("tdx");
	refset_add_also(&sets[0], add(&sets[0], "mrtd", "\x01\xab"), "other",
	    (const uint8_t *)"\x02\x00");
	refset_add_also(&sets[1], add(&sets[1], "mrtd", "\x01\xab"), "other",
	    (const uint8_t *)"\x03\x00");
	EQ_STR(json(row("mr_td")),
	    "[\n  \"01ab\",\n  \"0200\",\n  \"0300\"\n]\n");
}

TEST(a_single_value_is_no_list)
{
	begin("snp");
	for (int i = 0; i < 2; i++) {
		refset_add_bool(&sets[i], "smt_enabled", true);
		refset_add_number(&sets[i], "guest_abi_major", 1);
		refset_add_number(&sets[i], "tcb_snp", 22);
	}
	EQ_STR(json(row("snp_smt_enabled")), "true");
	EQ_STR(json(row("snp_guest_abi_major")), "1");
	EQ_STR(json(row("snp_snp_svn")), "[\n  22\n]\n");
}

TEST(an_event_is_a_single_value)
{
	begin("tdx");
	for (int i = 0; i < 2; i++)
		refset_add_event(&sets[i], add(&sets[i], "rtmr1", "ab"), NULL,
		    NULL, (const uint8_t *)"\xff\x0f", "kernel");
	EQ_STR(json(row("tdvfkernel")), "\"ff0f\"");
}

TEST(azure_has_strings_and_base64)
{
	begin("az-snp-vtpm");
	for (int i = 0; i < 2; i++) {
		add(&sets[i], "measurement", "\xff\xfe");
		refset_add_number(&sets[i], "tcb_snp", 22);
		refset_add_bool(&sets[i], "smt_allowed", false);
	}
	EQ_STR(json(row("measurement")), "[\n  \"//4=\"\n]\n");
	EQ_STR(json(row("tcb_snp")), "[\n  \"22\"\n]\n");
	EQ_STR(json(row("smt_allowed")), "[\n  \"false\"\n]\n");
}

TEST(what_differs_where_one_value_is_compared_is_left_out)
{
	const struct trustee_row *left = NULL;
	char why[REFSET_TEXT] = "";

	begin("tdx");
	for (int i = 0; i < 2; i++)
		refset_add_event(&sets[i], add(&sets[i], "rtmr2", "ab"), NULL,
		    NULL, (const uint8_t *)(i ? "12" : "34"),
		    "LOADED_IMAGE::LoadOptions");
	EQ_INT(row("tdvfkernelparams") == NULL, 1);
	while ((left = trustee_left_out(&o, left, why)) != NULL)
		if (strcmp(left->name, "tdvfkernelparams") == 0)
			break;
	EQ_INT(strncmp(why, "it differs between the shapes", 29), 0);
}

TEST(what_is_not_known_is_left_out_with_the_reason)
{
	char why[REFSET_TEXT];

	begin("tdx");
	add(&sets[0], "mrtd", "ab");
	refset_register_unknown(refset_add_register(&sets[1], "mrtd", NULL, 2),
	    "no payload");
	EQ_INT(row("mr_td") == NULL, 1);
	EQ_STR(trustee_left_out(&o, NULL, why)->name, "mr_td");
	EQ_STR(why, "no payload");
}

TEST(a_target_that_trustee_does_not_know_is_refused)
{
	struct err e;

	begin("sev");
	add(&sets[0], "measurement", "ab");
	EQ_INT(trustee_check(&o, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
}

TAP_MAIN
