/*
 * measurements/acpi_dump -- the verb `husk acpi-dump`
 *
 * The ACPI and SMBIOS tables and other items that a QEMU hands to firmware, for
 * each shape, as files in folders DIR/MEMORY-VCPUS (such as "2G-4"), which
 * `husk measure --acpi DIR` reads. QEMU is started for a moment, without a
 * guest and without a TEE (qemu/platform.h). An item that QEMU does not have
 * has no file.
 */
#ifndef MEASUREMENTS_ACPI_DUMP_H
#define MEASUREMENTS_ACPI_DUMP_H

#include "base/err.h"
#include "measurements/cli/shape.h"

enum {
	ACPI_DUMP_PATH = 4096
};

/* The path of a file of the shape; ERR_LIMIT when it is too long. */
int acpi_dump_path(const char *dir, const struct shape *s, const char *file,
    char ret_path[static ACPI_DUMP_PATH], struct err *e);

/*
 * argv[0] is the verb. Returns EXIT_OK, or EXIT_BAD after one line of error
 * (measurements/cli/measure.h) and what QEMU may have said.
 */
int acpi_dump_main(int argc, char **argv);

#endif
