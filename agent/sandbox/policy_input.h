/*
 * sandbox/policy_input -- a decoded request as the policy sees it
 *
 * The value has the shape that Kata 4.1's agent gives its policy, so that
 * policies written for that one mean the same here:
 *	message		an object of all its fields, by their names in the
 *			.proto files; "type", a word of Rust's, is "type_"
 *	no message	null; so is an optional number that was not sent
 *	repeated	an array
 *	map		an object
 *	bytes		an array of numbers
 *	enum		its number
 *	oneof		null, or an object of the one field that was sent
 *	integers	exact, 64 bits of either sign
 * CopyFileRequest alone is another object: path, file_type ("Regular",
 * "Directory", "Symlink" or "Unknown"), symlink_target (a string or null),
 * file_size, file_mode, dir_mode, uid, gid and offset; the file's data are not
 * in it.
 *
 * A map with one key twice and different values is refused: whoever acts on
 * the request could see the other value.
 *
 * Memory: all from the heap given, whose limits hold.
 */
#ifndef SANDBOX_POLICY_INPUT_H
#define SANDBOX_POLICY_INPUT_H

#include <protobuf-c/protobuf-c.h>

#include "base/err.h"
#include "policy/value.h"

/*
 * The value of request m. Returns 0, or -1:
 *	ERR_ARGUMENT	a map as above, or a symbolic link whose target is no
 *			text
 *	ERR_LIMIT	a limit of the heap was reached
 *	ERR_INTERNAL	a type of field that no request has
 */
int policy_input(struct heap *h, const ProtobufCMessage *m, struct value *ret,
    struct err *e);

#endif
