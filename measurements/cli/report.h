/*
 * measurements/report -- a digest, what it was computed from, in three forms
 *
 * hex	the digest in lower case, a line feed, and nothing else
 * text	the same for people, with every input and what counts
 * json	one object; a stable schema, keys always present and in this order:
 *
 *	target		"snp" | "sev-es" | "sev"
 *	digest		lower-case hexadecimal
 *	algorithm	"sha384" | "sha256"
 *	inputs		{firmware, kernel, initrd, svsm, cmdline}; the files
 *			{path, size, sha256}, cmdline {text, size, sha256}
 *			with the NUL that is measured in size and sha256
 *	firmware_digest	the digest after the firmware, when it was given
 *			in place of the firmware's own bytes
 *	vcpus		number
 *	vcpu_type	string, when the signature came from a type's name
 *	vcpu_sig	number, CPUID 1 EAX
 *	guest_features	number, SEV_FEATURES
 *	vmm		"qemu" | "qemu-pre-6.10" | "ec2" | "gce" | "krun"
 *	svsm_vars_size	number
 *
 * A null says that the digest does not depend on it: it was not given, or
 * this target and VMM do not measure it. New keys may come at the end.
 *
 * Memory: the report borrows everything; output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_REPORT_H
#define MEASUREMENTS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "crypto/sha2.h"
#include "measurements/cli/input.h"
#include "measurements/cli/json_out.h"

struct report {
	const char *target;
	const char *title; /* for people: "SEV-SNP launch digest" */
	enum sha2_algorithm alg;
	uint8_t digest[SHA2_LEN_MAX];
	const struct input *firmware;
	/* These are NULL when the digest does not depend on them. */
	const struct input *kernel;
	const struct input *initrd;
	const struct input *svsm;
	const char *cmdline;
	const uint8_t *cmdline_sha256;
	const uint8_t *firmware_digest;
	const uint32_t *vcpus;
	const char *vcpu_type;
	const uint32_t *vcpu_sig;
	const uint64_t *guest_features;
	const char *vmm;
	const uint32_t *svsm_vars_size;
};

/* Append r to out in one of the forms. */
void report_hex(const struct report *r, struct buf *out);
void report_text(const struct report *r, struct buf *out);
void report_json(const struct report *r, struct buf *out);

/* The pieces, for reports of another shape. A foreign string on one line: */
void report_text_string(struct buf *out, const char *s);

/* A file in text: label, path, size, hash; or absent when in is NULL. */
void report_text_input(struct buf *out, const char *label,
    const struct input *in, const char *absent);

/* A file, and a command line, as JSON; null when NULL. */
void report_json_input(struct json_out *j, const char *key,
    const struct input *in);
void report_json_cmdline(struct json_out *j, const char *cmdline,
    const uint8_t *sha256);

#endif
