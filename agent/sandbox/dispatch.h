/*
 * sandbox/dispatch -- from a message of rpc to the handler of its method
 *
 * Every request is decoded here again, from its bytes, into an arena of its
 * own, and passes the gate before its handler sees it. A method without a
 * handler answers ERR_UNIMPLEMENTED with its name.
 */
#ifndef SANDBOX_DISPATCH_H
#define SANDBOX_DISPATCH_H

#include "proc/channel.h"
#include "sandbox/state.h"

/* Handle one message. Its descriptors may be taken; the rest is closed. */
void dispatch_message(struct sandbox *sb, struct channel_msg *m);

#endif
