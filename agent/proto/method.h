/*
 * proto/method -- every method of the Kata agent's ttrpc services
 *
 * One row a method, in the order of agent.proto, then Health. The row says
 * how to decode the request and which message name a policy rule has
 * (Kata 4.1: the protobuf message's name, so ReadStdout and ReadStderr share
 * ReadStreamRequest).
 */
#ifndef PROTO_METHOD_H
#define PROTO_METHOD_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

enum method_id {
	METHOD_CREATE_CONTAINER,
	METHOD_START_CONTAINER,
	METHOD_REMOVE_CONTAINER,
	METHOD_EXEC_PROCESS,
	METHOD_SIGNAL_PROCESS,
	METHOD_WAIT_PROCESS,
	METHOD_UPDATE_CONTAINER,
	METHOD_UPDATE_EPHEMERAL_MOUNTS,
	METHOD_STATS_CONTAINER,
	METHOD_PAUSE_CONTAINER,
	METHOD_RESUME_CONTAINER,
	METHOD_REMOVE_STALE_VIRTIOFS_SHARE_MOUNTS,
	METHOD_GET_DIAGNOSTIC_DATA,
	METHOD_WRITE_STDIN,
	METHOD_READ_STDOUT,
	METHOD_READ_STDERR,
	METHOD_CLOSE_STDIN,
	METHOD_TTY_WIN_RESIZE,
	METHOD_UPDATE_INTERFACE,
	METHOD_UPDATE_ROUTES,
	METHOD_LIST_INTERFACES,
	METHOD_LIST_ROUTES,
	METHOD_ADD_ARP_NEIGHBORS,
	METHOD_GET_IP_TABLES,
	METHOD_SET_IP_TABLES,
	METHOD_GET_METRICS,
	METHOD_MEM_AGENT_MEMCG_SET,
	METHOD_MEM_AGENT_COMPACT_SET,
	METHOD_CREATE_SANDBOX,
	METHOD_DESTROY_SANDBOX,
	METHOD_ONLINE_CPU_MEM,
	METHOD_RESEED_RANDOM_DEV,
	METHOD_GET_GUEST_DETAILS,
	METHOD_MEM_HOTPLUG_BY_PROBE,
	METHOD_SET_GUEST_DATE_TIME,
	METHOD_COPY_FILE,
	METHOD_GET_OOM_EVENT,
	METHOD_ADD_SWAP,
	METHOD_ADD_SWAP_PATH,
	METHOD_GET_VOLUME_STATS,
	METHOD_RESIZE_VOLUME,
	METHOD_SET_POLICY,
	METHOD_AGENT_END, /* number of AgentService methods: 42 */
	METHOD_HEALTH_CHECK = METHOD_AGENT_END,
	METHOD_HEALTH_VERSION,
	METHOD_END
};

struct method {
	const char *service;
	const char *name;
	const ProtobufCMessageDescriptor *request;
	const ProtobufCMessageDescriptor *response;
};

/* The row of id, which must be less than METHOD_END. */
const struct method *method_row(enum method_id id);

/* The method of that service and name; METHOD_END when there is none. */
enum method_id method_find(const char *service, const char *name);

/* True when any method belongs to that service. */
bool method_service_known(const char *service);

#endif
