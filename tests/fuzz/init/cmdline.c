/*
 * Any line is read or refused; what was read is within the table's ranges and
 * within the struct's own copy, and reading it again gives the same.
 */
#include <stdlib.h>
#include <string.h>

#include "init/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static struct cmdline a, b;

static void
check_string(const char *s)
{
	bool inside = s >= a.text && s <= a.text + CMDLINE_MAX;

	if (*s != '\0' && !inside)
		abort();
	if (strlen(s) > CMDLINE_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const char *names[CMDLINE_UNSUPPORTED_MAX];
	struct err e, f;
	int rc = cmdline_parse((const char *)p, len, &a, &e);

	if (rc != cmdline_parse((const char *)p, len, &b, &f) ||
	    memcmp(a.text, b.text, sizeof(a.text)) != 0)
		abort();
	check_string(a.https_proxy);
	check_string(a.no_proxy);
	check_string(a.config_file);
	check_string(a.cgroup_no_v1);
	check_string(a.report);
	if (strlen(a.report) >= CMDLINE_TTY_MAX ||
	    strchr(a.report, '/') != NULL)
		abort();
	if (a.hotplug_timeout < 1 || a.cdh_api_timeout < 1 ||
	    a.image_pull_timeout < 1 || a.cdi_timeout < 1 ||
	    a.launch_process_timeout < 0 || a.container_pipe_size < 0)
		abort();
	cmdline_unsupported(&a, names);
	return 0;
}
