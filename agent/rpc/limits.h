/*
 * rpc/limits -- what a client can make the rpc role hold
 *
 * Together they bound the role's memory: RPC_CONNECTIONS_MAX frames of 4 MiB
 * being received and as many outputs of CONNECTION_OUTPUT_MAX bytes, one
 * request that waits for the channel, and RPC_HELD_MAX bytes of WriteStdin
 * data. Descriptors: two for each stream call, one for each connection.
 */
#ifndef RPC_LIMITS_H
#define RPC_LIMITS_H

enum {
	RPC_CONNECTIONS_MAX = 8,   /* one more is accepted and closed */
	RPC_REQUESTS_MAX = 4096,   /* in flight, of all connections */
	RPC_STREAMS_MAX = 400,     /* reads and writes of stdio in flight */
	RPC_HELD_MAX = 16 << 20,   /* bytes of WriteStdin not yet written */
	RPC_ID_MAX = 256,          /* container or exec id of a stream call */
	RPC_ARENA_MAX = 9 << 20,   /* to decode one request's envelope */
	RPC_ACCEPT_RETRY_MS = 100, /* after accept() itself failed */
	RPC_STOP_MS = 1500,        /* to write out replies at the end */
	RPC_STOP_STEP_MS = 5,      /* between looks at what is left */
	CONNECTION_REQUESTS_MAX = 1024, /* in flight on one connection */
	CONNECTION_READ = 64 * 1024,    /* bytes of one read() */
	/*
	 * Bytes of one write(). vhost-device-vsock 0.3.0 with Linux 6.12.107
	 * silently drops packets of 32 KiB; 16 KiB pass.
	 */
	CONNECTION_WRITE = 16 * 1024,
	/* Above this a connection's requests and stream reads wait ... */
	CONNECTION_OUTPUT_SOFT = 1 << 20,
	/* ... and a reply that does not fit here ends the connection. */
	CONNECTION_OUTPUT_MAX = 10 << 20,
	STREAM_READ_MAX = 1 << 20, /* bytes of one ReadStdout reply */
	STREAM_DRAIN_MS = 500,     /* after the process exited */
	STREAM_DRAINS_MAX = 64     /* exited processes remembered */
};

#endif
