/* A packed spec is refused or taken; nothing else happens. */
#include "oci/cgroup_device.h"
#include "oci/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct cgroup_device_rules rules;
	static struct bpf_insn code[CGROUP_DEVICE_INSNS_MAX];
	Grpc__Spec *s = grpc__spec__unpack(NULL, len, p);
	struct err e;

	if (s == NULL)
		return 0;
	container_check(s, NULL, &e);
	if (cgroup_device_parse(s->linux, &rules, &e) == 0)
		cgroup_device_assemble(&rules, code);
	grpc__spec__free_unpacked(s, NULL);
	return 0;
}
