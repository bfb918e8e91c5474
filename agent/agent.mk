# agent/: the guest program. GUEST_CC, GUEST_CFLAGS and the link line come from
# image/thirdparty.mk, for $(ARCH).

AGENT_MODULES := base proto codec crypto proc net initdata policy oci sandbox \
	rpc init
AGENT_SRC := $(sort $(foreach m,$(AGENT_MODULES),$(wildcard agent/$(m)/*.c)))

PROTO_SRC := $(sort $(wildcard agent/proto/*.proto))
PROTO_C := $(PROTO_SRC:agent/proto/%.proto=$(B)/gen/proto/%.pb-c.c)
PROTO_H := $(PROTO_C:.c=.h)

$(B)/gen/proto/%.pb-c.c $(B)/gen/proto/%.pb-c.h &: agent/proto/%.proto
	$(call say,PROTO)
	@mkdir -p $(@D)
	$(Q)protoc-c -Iagent/proto --c_out=$(B)/gen/proto $<
	$(Q)sed -i 's,#include "\([a-z_]*\.pb-c\.h\)",#include "proto/\1",' \
	    $(basename $@).c $(basename $@).h

# Generated code is the generator's style, not ours.
PROTO_CFLAGS := -std=c11 -D_GNU_SOURCE -w

GUEST_OBJ_DIR := $(B)/$(ARCH)/obj
AGENT_OBJ := $(AGENT_SRC:%.c=$(GUEST_OBJ_DIR)/%.o) \
	$(PROTO_C:$(B)/%.c=$(GUEST_OBJ_DIR)/%.o)

$(GUEST_OBJ_DIR)/agent/%.o: agent/%.c $(PROTO_H) $(THIRDPARTY_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(CSTD) $(WARN) $(CREPRO) $(GUEST_CFLAGS) \
	    $(GUEST_CPPFLAGS) $(INCLUDE) -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(GUEST_OBJ_DIR)/gen/%.o: $(B)/gen/%.c $(PROTO_H) $(THIRDPARTY_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(PROTO_CFLAGS) $(CREPRO) $(GUEST_CFLAGS) \
	    $(GUEST_CPPFLAGS) $(INCLUDE) -c $< -o $@

$(B)/$(ARCH)/init: $(AGENT_OBJ) $(THIRDPARTY_LIBS) scripts/cc-musl
	$(call say,LINK)
	$(Q)$(call guest_link,$@,$(AGENT_OBJ),protobuf-c bearssl z)
	$(Q)$(GUEST_STRIP) -s $@

.PHONY: agent
agent: $(B)/$(ARCH)/init ## build the guest program for ARCH
	@$(if $(QEMU_USER),$(QEMU_USER) )$(B)/$(ARCH)/init --version

.PHONY: tcb-lines
tcb-lines: ## lines of the trusted computing base, by module
	@for m in $(AGENT_MODULES); do \
	    printf '%-8s %6d\n' $$m "$$(cat agent/$$m/*.[ch] | wc -l)"; done; \
	printf '%-8s %6d\n' total "$$(cat agent/*/*.[ch] | wc -l)"

-include $(AGENT_OBJ:.o=.d)
