/*
 * sandbox/handlers -- one function a method
 *
 * Each gets a decoded request that the gate has allowed. It ends the request
 * (sandbox/request.h) or keeps it and returns 0; or it returns -1 with *e and
 * the request still alive, and the dispatcher answers with that error.
 */
#ifndef SANDBOX_HANDLERS_H
#define SANDBOX_HANDLERS_H

#include "base/err.h"
#include "proto/agent.pb-c.h"
#include "sandbox/request.h"

typedef int handler_fn(struct request *rq, struct err *e);

/* pod.c */
handler_fn handle_create_sandbox;
handler_fn handle_destroy_sandbox;

/* create.c, lifecycle.c */
handler_fn handle_create_container;
handler_fn handle_start_container;
handler_fn handle_exec_process;
handler_fn handle_signal_process;
handler_fn handle_wait_process;
handler_fn handle_remove_container;

/* control.c */
handler_fn handle_update_container;
handler_fn handle_stats_container;
handler_fn handle_pause_container;
handler_fn handle_resume_container;

/* stream.c */
handler_fn handle_write_stdin;
handler_fn handle_read_stdout;
handler_fn handle_read_stderr;
handler_fn handle_close_stdin;
handler_fn handle_tty_win_resize;

/* ReadStdout, ReadStderr that the policy denied. */
handler_fn handle_denied_read;

/* interface.c */
handler_fn handle_update_interface;
handler_fn handle_list_interfaces;

/* routing.c */
handler_fn handle_update_routes;
handler_fn handle_list_routes;
handler_fn handle_add_arp_neighbors;

/* details.c */
handler_fn handle_get_guest_details;
handler_fn handle_remove_stale_virtiofs;

/* set_policy.c */
handler_fn handle_set_policy;

/* oom.c */
handler_fn handle_get_oom_event;

#endif
