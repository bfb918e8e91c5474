/*
 * measurements/ctl_field -- what the readers and writers of messages ask of a
 * field's descriptor
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_CTL_FIELD_H
#define MEASUREMENTS_CTL_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

/* Bytes of one value of the type in a message's structure. */
size_t ctl_field_size(ProtobufCType type);

/* True for a map: a repeated message of a key and a value. */
bool ctl_field_is_map(const ProtobufCFieldDescriptor *f);

#endif
