#include "sandbox/dispatch.h"

#include "base/log.h"
#include "proto/call.h"
#include "proto/message.h"
#include "sandbox/gate.h"
#include "sandbox/handlers.h"
#include "sandbox/peer.h"

/* In the order of agent.proto; NULL is not implemented. */
static handler_fn *const handlers[METHOD_AGENT_END] = {
	[METHOD_CREATE_CONTAINER] = handle_create_container,
	[METHOD_START_CONTAINER] = handle_start_container,
	[METHOD_REMOVE_CONTAINER] = handle_remove_container,
	[METHOD_EXEC_PROCESS] = handle_exec_process,
	[METHOD_SIGNAL_PROCESS] = handle_signal_process,
	[METHOD_WAIT_PROCESS] = handle_wait_process,
	[METHOD_UPDATE_CONTAINER] = handle_update_container,
	[METHOD_STATS_CONTAINER] = handle_stats_container,
	[METHOD_PAUSE_CONTAINER] = handle_pause_container,
	[METHOD_RESUME_CONTAINER] = handle_resume_container,
	[METHOD_REMOVE_STALE_VIRTIOFS_SHARE_MOUNTS] =
	    handle_remove_stale_virtiofs,
	[METHOD_WRITE_STDIN] = handle_write_stdin,
	[METHOD_READ_STDOUT] = handle_read_stdout,
	[METHOD_READ_STDERR] = handle_read_stderr,
	[METHOD_CLOSE_STDIN] = handle_close_stdin,
	[METHOD_TTY_WIN_RESIZE] = handle_tty_win_resize,
	[METHOD_UPDATE_INTERFACE] = handle_update_interface,
	[METHOD_UPDATE_ROUTES] = handle_update_routes,
	[METHOD_LIST_INTERFACES] = handle_list_interfaces,
	[METHOD_LIST_ROUTES] = handle_list_routes,
	[METHOD_ADD_ARP_NEIGHBORS] = handle_add_arp_neighbors,
	[METHOD_CREATE_SANDBOX] = handle_create_sandbox,
	[METHOD_DESTROY_SANDBOX] = handle_destroy_sandbox,
	[METHOD_GET_GUEST_DETAILS] = handle_get_guest_details,
	[METHOD_GET_OOM_EVENT] = handle_get_oom_event,
	[METHOD_SET_POLICY] = handle_set_policy,
};

/*
 * The policy said no. A read of output is the exception: it gets nothing, and
 * success, whatever the reason (Kata 4.1), because its runtimes take that for
 * the end of the output and an error for the end of the container.
 */
static int
refused(struct request *rq, const struct gate_refusal *r, struct err *e)
{
	log_debug("%s: %s", method_row(rq->method)->name, r->text);
	if (rq->method == METHOD_READ_STDOUT ||
	    rq->method == METHOD_READ_STDERR)
		return handle_denied_read(rq, e);
	request_fail_text(rq, r->code, r->text);
	return 0;
}

static int
handle(struct request *rq, const struct buf *payload, struct err *e)
{
	const struct method *m = method_row(rq->method);
	struct gate_refusal refusal;

	rq->msg =
	    message_unpack(m->request, payload->p, payload->len, &rq->arena, e);
	if (rq->msg == NULL)
		return -1;
	if (gate_check(&rq->sb->gate, rq, rq->msg, &refusal) < 0)
		return refused(rq, &refusal, e);
	if (handlers[rq->method] == NULL)
		return err_set(e, ERR_UNIMPLEMENTED, "%s is not implemented",
		    m->name);
	return handlers[rq->method](rq, e);
}

static void
dispatch_request(struct sandbox *sb, const struct call *c)
{
	struct request *rq;
	struct err e;

	if (c->method >= METHOD_AGENT_END) {
		err_set(&e, ERR_UNIMPLEMENTED, "%s is not for sandbox",
		    method_row(c->method)->name);
		peer_send_error(sb, c->id, &e);
		return;
	}
	rq = request_new(sb, c->id, c->method, &e);
	if (rq == NULL) {
		peer_send_error(sb, c->id, &e);
		return;
	}
	if (handle(rq, &c->payload, &e) < 0) {
		log_debug("%s: %s", method_row(c->method)->name, e.msg);
		request_fail(rq, &e);
	}
}

void
dispatch_message(struct sandbox *sb, struct channel_msg *m)
{
	struct call c;
	struct err e;

	if (call_parse(m, &c, &e) < 0) {
		log_error("message of rpc: %s", e.msg);
		return;
	}
	switch (c.type) {
	case CALL_REQUEST:
		dispatch_request(sb, &c);
		break;
	case CALL_CANCEL:
		request_cancel(sb, c.id);
		break;
	default:
		log_error("message of rpc: type %d is sandbox's own", c.type);
		break;
	}
	call_release(&c);
}
