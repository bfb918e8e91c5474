/*
 * measurements/verify_out -- the result of `husk verify`, as text and JSON
 *
 * Foreign text is quoted (text) or escaped (JSON). Output depends on the
 * arguments alone.
 */
#ifndef MEASUREMENTS_VERIFY_OUT_H
#define MEASUREMENTS_VERIFY_OUT_H

#include "base/buf.h"
#include "measurements/verify/evidence.h"
#include "measurements/verify/findings.h"
#include "measurements/verify/refs.h"

struct verify_result {
	const struct evidence *ev;
	const struct refs *refs;
	const struct findings *fs;
	const struct refset *set; /* NULL: not of husk's sets */
	bool compare_only;
};

void verify_text(const struct verify_result *r, struct buf *b);
void verify_json(const struct verify_result *r, struct buf *b);

#endif
