/*
 * measurements/ctl_spec -- a bundle as a CreateContainer request
 *
 * A bundle is a folder with
 *	config.json	the OCI runtime specification's configuration
 *	husk.json	optional: {"storages": [...], "devices": [...],
 *			"sandbox_pidns": false} with the fields of the agent's
 *			messages Storage and Device
 *
 * Paths in it that are relative (root.path, a bind mount's source and a
 * storage's mount_point) are below CTL_SPEC_RUN/ID in the guest. As Kata's
 * runtime does, network and time namespaces are left out: the pod's guest is
 * their boundary. What the agent's protocol cannot carry is refused by name;
 * unknown properties are only reported, as the OCI specification demands.
 *
 * Memory: everything lives in the caller's arena.
 */
#ifndef MEASUREMENTS_CTL_SPEC_H
#define MEASUREMENTS_CTL_SPEC_H

#include "base/arena.h"
#include "base/err.h"
#include "proto/agent.pb-c.h"

#define CTL_SPEC_RUN "/run/kata-containers"

enum {
	CTL_SPEC_FILE_MAX = 4 << 20
};

/* The request for the bundle at dir and container id. NULL with *e. */
Grpc__CreateContainerRequest *ctl_spec_read(const char *dir, const char *id,
    struct arena *a, struct err *e);

/* config.json's text as a message. NULL with *e. */
Grpc__Spec *ctl_spec_parse(const char *text, struct arena *a, struct err *e);

/* The file at path, NUL-terminated, in a. NULL with *e. */
char *ctl_spec_file(const char *path, struct arena *a, struct err *e);

#endif
