/*
 * oci/config -- what a container process is to become, across the channel
 *
 * The parent packs the spec (of an exec: a spec with nothing but Process)
 * into a sealed memfd and sends it with the descriptors of the namespaces to
 * join; the child takes it over. See config_recv() for the reader.
 */
#ifndef OCI_CONFIG_H
#define OCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "oci/container.h"
#include "proto/oci.pb-c.h"

struct config {
	bool first; /* a container's first process, not an exec */
	Grpc__Spec *spec;
	struct container_ns ns[CONTAINER_NS_MAX];
	size_t n_ns;
};

int config_send(int channel, const struct container_request *r, struct err *e);

/* Wait for the configuration. What c holds lives until execve(). */
int config_recv(int channel, struct config *c, struct err *e);

#endif
