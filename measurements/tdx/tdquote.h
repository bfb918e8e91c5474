/*
 * measurements/tdquote -- what a TD quote or a TDREPORT says about a TD
 *
 * Quotes of the versions 4 and 5 (Intel TDX DCAP Quoting Library API, A.3 and
 * A.4) and the TDREPORT_STRUCT of 1024 bytes (Intel TDX Module ABI). Only the
 * body is read: no signature and no MAC is checked here, so nothing of it may
 * be believed on the strength of this unit.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_TDQUOTE_H
#define MEASUREMENTS_TDQUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	TDQUOTE_MR_LEN = 48,
	TDQUOTE_RTMRS = 4
};

enum tdquote_form {
	TDQUOTE_V4,
	TDQUOTE_V5_10, /* TDX 1.0 body */
	TDQUOTE_V5_15, /* TDX 1.5 body */
	TDQUOTE_REPORT /* a TDREPORT */
};

struct tdquote {
	enum tdquote_form form;
	uint8_t tee_tcb_svn[16];
	uint8_t mrseam[TDQUOTE_MR_LEN];
	uint8_t mrsignerseam[TDQUOTE_MR_LEN];
	uint64_t seam_attributes;
	uint64_t td_attributes;
	uint64_t xfam;
	uint8_t mrtd[TDQUOTE_MR_LEN];
	uint8_t mrconfigid[TDQUOTE_MR_LEN];
	uint8_t mrowner[TDQUOTE_MR_LEN];
	uint8_t mrownerconfig[TDQUOTE_MR_LEN];
	uint8_t rtmr[TDQUOTE_RTMRS][TDQUOTE_MR_LEN];
	uint8_t report_data[64];
	uint8_t tee_tcb_svn2[16]; /* zeros but in TDQUOTE_V5_15 and REPORT */
	uint8_t mrservicetd[TDQUOTE_MR_LEN]; /* likewise */
};

/*
 * Read the len bytes at p, which are one of the forms. Zeros may follow a
 * quote's signature. Returns 0, or -1 with *ret_q untouched:
 *	ERR_UNSUPPORTED	another version, TEE, or body type
 *	ERR_SYNTAX	too short, or something after the end
 */
int tdquote_parse(const void *p, size_t len, struct tdquote *ret_q,
    struct err *e);

#endif
