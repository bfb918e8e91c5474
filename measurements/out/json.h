/*
 * measurements/json -- the schema of `husk measure --format json`
 *
 * One object, or an array of them when several shapes were asked for, each
 * whole in itself: what `husk diff` needs to say why two differ. All keys are
 * always there and in this order; new ones may come at the end.
 *
 *	schema		JSON_SCHEMA
 *	target		"snp", "sev-es", "sev", "tdx", "vtpm", "se", "sample"
 *	shape		{vcpus, memory}: of the guest; memory in bytes or null
 *	registers	{name: register} in the hardware's order
 *	cmdline		{text, size, sha256} of the command line with its NUL,
 *			or null when none is measured
 *	inputs		{role: {path, size, sha256}}: the files that were given
 *	parameters	{name: number, string or bool}: all else that was given
 *			or stands for it by default
 *	events		[event]: what extends the registers, register by
 *			register, in order
 *	warnings	[text]
 *
 * A register is
 *	value		lower-case hexadecimal, or null when it is not known
 *	algorithm	"sha256", "sha384"; null for a field that is no digest
 *	depends		[name]: keys of inputs and parameters, "cmdline", or
 *			what can not be given ("devices")
 *	also		{when: value}: values that are as good in that case
 *	why		why it is not known; null when it is
 *
 * An event is
 *	register	a key of registers
 *	type		the TCG's name, or null
 *	digest		hexadecimal
 *	input		what it is the digest of: as in depends; or null
 *	what		for people
 *
 * A digest is SHA-256 where nothing else is said.
 */
#ifndef MEASUREMENTS_JSON_H
#define MEASUREMENTS_JSON_H

#include "measurements/out/json_out.h"
#include "measurements/out/refset.h"

#define JSON_SCHEMA "husk-reference-values-1"

/* Write the members cmdline, inputs and parameters of r into an open object. */
void json_sources(struct json_out *j, const struct refset *r);

/* Write the members vcpus and memory likewise. */
void json_shape(struct json_out *j, const struct refset *r);

#endif
