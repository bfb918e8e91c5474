/*
 * policy/builtin_impl -- what the builtins share, and their declarations
 *
 * A builtin ends with one of the functions below, so that the four results
 * mean the same everywhere. Values of VALUE_UNDEFINED that come out of the
 * value functions are limits.
 */
#ifndef POLICY_BUILTIN_IMPL_H
#define POLICY_BUILTIN_IMPL_H

#include "base/buf.h"
#include "policy/builder.h"
#include "policy/builtin.h"

/* BUILTIN_OK with v; BUILTIN_LIMIT when v is undefined or a limit was hit. */
enum builtin_result builtin_return(struct bctx *ctx, struct value v,
    struct value *ret);

/* BUILTIN_OK with a truth value, the same way. */
enum builtin_result builtin_bool(struct bctx *ctx, bool b, struct value *ret);

/* BUILTIN_LIMIT; the budget is marked already, or with limit now. */
enum builtin_result builtin_limit(struct bctx *ctx, enum budget_limit limit);

/* eval_builtin_error "NAME: text" */
enum builtin_result builtin_fail(struct bctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* eval_type_error "NAME: operand POS text" */
enum builtin_result builtin_operand(struct bctx *ctx, int pos, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* "must be EXPECTED but got TYPE"; expected as "one of {set, array}". */
enum builtin_result builtin_type(struct bctx *ctx, int pos, struct value got,
    const char *expected);

/* "must be ARRAY of EXPECTEDs but got ARRAY containing TYPE" */
enum builtin_result builtin_element(struct bctx *ctx, int pos, struct value of,
    struct value got, const char *expected);

/* Argument pos (from 1), a number, as an integer; false with the error set. */
bool builtin_int(struct bctx *ctx, const struct value *args, int pos,
    int64_t *ret);

/* Text that is being made: at most VALUE_STRING_MAX. */
void builtin_text_init(struct buf *b);

/* BUILTIN_OK with the text as a string; releases b. */
enum builtin_result builtin_text(struct bctx *ctx, struct buf *b,
    struct value *ret);

/* The same for text that may not be UTF-8: then an error. */
enum builtin_result builtin_bytes(struct bctx *ctx, const char *p, size_t len,
    struct value *ret);

#define BUILTIN(name)                                                          \
	enum builtin_result builtin_##name(struct bctx *ctx,                   \
	    const struct value *args, struct value *ret)

/* -- the builtins, as their entries in the table call them ----------- */

BUILTIN(abs);
BUILTIN(all);
BUILTIN(and);
BUILTIN(any);
BUILTIN(any_prefix_match);
BUILTIN(any_suffix_match);
BUILTIN(array_concat);
BUILTIN(array_flatten);
BUILTIN(array_reverse);
BUILTIN(array_slice);
BUILTIN(base64_decode);
BUILTIN(base64_encode);
BUILTIN(base64_is_valid);
BUILTIN(base64url_decode);
BUILTIN(base64url_encode);
BUILTIN(base64url_encode_no_pad);
BUILTIN(bits_and);
BUILTIN(bits_lsh);
BUILTIN(bits_negate);
BUILTIN(bits_or);
BUILTIN(bits_rsh);
BUILTIN(bits_xor);
BUILTIN(cast_array);
BUILTIN(cast_same);
BUILTIN(cast_set);
BUILTIN(ceil);
BUILTIN(cidr_contains);
BUILTIN(cidr_contains_matches);
BUILTIN(cidr_expand);
BUILTIN(cidr_intersects);
BUILTIN(cidr_is_valid);
BUILTIN(cidr_merge);
BUILTIN(concat);
BUILTIN(contains);
BUILTIN(count);
BUILTIN(crypto_md5);
BUILTIN(crypto_sha1);
BUILTIN(crypto_sha256);
BUILTIN(div);
BUILTIN(endswith);
BUILTIN(equal);
BUILTIN(floor);
BUILTIN(format_int);
BUILTIN(glob_match);
BUILTIN(glob_quote_meta);
BUILTIN(globs_match);
BUILTIN(gt);
BUILTIN(gte);
BUILTIN(hex_decode_text);
BUILTIN(hex_encode_text);
BUILTIN(hmac_equal);
BUILTIN(hmac_md5);
BUILTIN(hmac_sha1);
BUILTIN(hmac_sha256);
BUILTIN(hmac_sha512);
BUILTIN(indexof);
BUILTIN(indexof_n);
BUILTIN(intersection);
BUILTIN(is_array);
BUILTIN(is_boolean);
BUILTIN(is_null);
BUILTIN(is_number);
BUILTIN(is_object);
BUILTIN(is_set);
BUILTIN(is_string);
BUILTIN(json_filter);
BUILTIN(json_is_valid);
BUILTIN(json_marshal);
BUILTIN(json_marshal_with_options);
BUILTIN(json_patch);
BUILTIN(json_remove);
BUILTIN(json_unmarshal);
BUILTIN(lower);
BUILTIN(lt);
BUILTIN(lte);
BUILTIN(max);
BUILTIN(member_2);
BUILTIN(member_3);
BUILTIN(min);
BUILTIN(minus);
BUILTIN(mul);
BUILTIN(neq);
BUILTIN(numbers_range);
BUILTIN(numbers_range_step);
BUILTIN(object_filter);
BUILTIN(object_get);
BUILTIN(object_keys);
BUILTIN(object_remove);
BUILTIN(object_subset);
BUILTIN(object_union);
BUILTIN(object_union_n);
BUILTIN(or);
BUILTIN(plus);
BUILTIN(product);
BUILTIN(rand_intn);
BUILTIN(reachable);
BUILTIN(reachable_paths);
BUILTIN(regex_find_n);
BUILTIN(regex_is_valid);
BUILTIN(regex_match);
BUILTIN(regex_replace);
BUILTIN(regex_split);
BUILTIN(regex_submatch_n);
BUILTIN(regex_template_match);
BUILTIN(rem);
BUILTIN(replace);
BUILTIN(replace_n);
BUILTIN(round);
BUILTIN(semver_compare);
BUILTIN(semver_is_valid);
BUILTIN(set_diff);
BUILTIN(sort);
BUILTIN(split);
BUILTIN(sprintf);
BUILTIN(startswith);
BUILTIN(strings_count);
BUILTIN(strings_reverse);
BUILTIN(substring);
BUILTIN(sum);
BUILTIN(template_string);
BUILTIN(time_add_date);
BUILTIN(time_clock);
BUILTIN(time_date);
BUILTIN(time_diff);
BUILTIN(time_format);
BUILTIN(time_now_ns);
BUILTIN(time_parse_duration_ns);
BUILTIN(time_parse_ns);
BUILTIN(time_parse_rfc3339_ns);
BUILTIN(time_weekday);
BUILTIN(to_number);
BUILTIN(trace);
BUILTIN(trim);
BUILTIN(trim_left);
BUILTIN(trim_prefix);
BUILTIN(trim_right);
BUILTIN(trim_space);
BUILTIN(trim_suffix);
BUILTIN(type_name);
BUILTIN(union);
BUILTIN(units_parse);
BUILTIN(units_parse_bytes);
BUILTIN(upper);
BUILTIN(urlquery_decode);
BUILTIN(urlquery_decode_object);
BUILTIN(urlquery_encode);
BUILTIN(urlquery_encode_object);
BUILTIN(uuid_parse);
BUILTIN(uuid_rfc4122);
BUILTIN(walk);

#endif
