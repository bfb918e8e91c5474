# measurements/: the host tool, built with the host's libc. It shares base,
# codec, crypto, proto, the ttrpc framing and the vsock helpers with the agent.

HUSK_AGENT_SRC := $(sort $(foreach m,base codec crypto initdata policy, \
	$(wildcard agent/$(m)/*.c))) agent/proto/method.c agent/proto/message.c \
	agent/rpc/ttrpc.c agent/net/vsock.c
HUSK_SRC := $(sort $(wildcard measurements/*.c measurements/*/*.c)) $(HUSK_AGENT_SRC)
HUSK_OBJ := $(HUSK_SRC:%.c=$(B)/host/obj/%.o) \
	$(PROTO_C:$(B)/%.c=$(B)/host/obj/%.o)
HOST_CFLAGS ?= -O2 -g
HOST_HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
HOST_INCLUDE := $(INCLUDE) -isystem $(B)/src/bearssl/inc \
	-isystem $(B)/src/protobuf-c -isystem $(B)/src/cjson \
	-isystem $(B)/src/zlib

$(B)/host/obj/gen/%.o: $(B)/gen/%.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(PROTO_CFLAGS) $(HOST_CFLAGS) $(HOST_INCLUDE) -c $< -o $@

$(B)/host/obj/%.o: %.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(WARN) $(CREPRO) $(HOST_CFLAGS) $(HOST_HARDEN) \
	    $(HOST_INCLUDE) -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(B)/bin/husk: $(HUSK_OBJ) $(HOST_LIBS)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -pthread -static-pie -Wl,-z,relro,-z,now -o $@ $(HUSK_OBJ) $(HOST_LIBS)

BENCH := $(B)/bin/bench-measure $(B)/bin/bench-pass $(B)/bin/bench-runs

$(BENCH): $(B)/bin/bench-%: $(B)/host/obj/tests/bench/%.o \
		$(filter-out $(B)/host/obj/measurements/main.o,$(HUSK_OBJ)) \
		$(HOST_LIBS)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -pthread -pie -o $@ $^

.PHONY: bench-measure
bench-measure: husk $(BENCH) ## speed of husk measure as JSON in $(B)/bench
	$(Q)B=$(B) tests/bench/measure

.PHONY: bench-policy
bench-policy: husk ## speed of the policy engine as JSON in $(B)/bench
	$(Q)B=$(B) tests/bench/policy

.PHONY: husk
husk: $(B)/bin/husk ## build the host tool alone

-include $(HUSK_OBJ:.o=.d)
