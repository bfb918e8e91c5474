# tests/: unit programs (host libc, ASan + UBSan), scripts that print TAP, and
# tests/run, which sums all TAP and ends with "N passed, N failed".

include tests/role/role.mk

FUZZ_SECONDS ?= 60
CLANG	:= clang-14
SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FUZZ_SAN := -O1 -g -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

TEST_SRC := $(filter-out agent/init/main.c,$(AGENT_SRC)) \
	$(filter-out measurements/main.c,$(sort $(wildcard measurements/*.c measurements/*/*.c)))
TEST_OBJ := $(TEST_SRC:%.c=$(B)/test/obj/%.o) \
	$(PROTO_C:$(B)/%.c=$(B)/test/obj/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*/*.c tests/vectors/*.c))
UNIT_BIN := $(UNIT_SRC:tests/%.c=$(B)/test/%)
FUZZ_SRC := $(sort $(wildcard tests/fuzz/*/*.c))
CORPUS_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/test/corpus/%)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
TAP_SCRIPTS := $(sort $(wildcard tests/build/*.sh tests/measure/*.sh \
	tests/role/*.sh tests/policy/*.sh))
BOOT_SCRIPTS := $(sort $(wildcard tests/boot/t[0-9]*.sh)) \
	tests/interop/ttrpc.sh

$(B)/test/obj/gen/%.o: $(B)/gen/%.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(PROTO_CFLAGS) $(SAN) $(HOST_INCLUDE) -c $< -o $@

$(B)/test/obj/%.o: %.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(WARN) $(SAN) $(HOST_INCLUDE) \
	    -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(B)/test/libhusk.a: $(TEST_OBJ)
	$(call say,AR)
	@rm -f $@
	$(Q)ar rcsD $@ $(TEST_OBJ)

$(B)/test/unit/%: $(B)/test/obj/tests/unit/%.o $(B)/test/libhusk.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(SAN) -o $@ $< $(B)/test/libhusk.a $(HOST_LIBS)

$(B)/test/vectors/%: $(B)/test/obj/tests/vectors/%.o $(B)/test/libhusk.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(SAN) -o $@ $< $(B)/test/libhusk.a $(HOST_LIBS)

$(B)/test/corpus/%: tests/fuzz/%.c tests/lib/corpus.c $(B)/test/libhusk.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(SAN) $(HOST_INCLUDE) \
	    -DCORPUS='"tests/corpus/$*"' -o $@ tests/fuzz/$*.c \
	    tests/lib/corpus.c $(B)/test/libhusk.a $(HOST_LIBS)

# The guest's own objects, and all else for its processor and C library: its
# byte order, where it is not ours.
GUEST_TEST_DIR := $(B)/$(ARCH)/test
GUEST_TEST_OBJ := $(TEST_SRC:%.c=$(GUEST_OBJ_DIR)/%.o) \
	$(PROTO_C:$(B)/%.c=$(GUEST_OBJ_DIR)/%.o)
GUEST_UNIT_BIN := $(UNIT_SRC:tests/%.c=$(GUEST_TEST_DIR)/%)

$(GUEST_OBJ_DIR)/tests/%.o: tests/%.c $(PROTO_H) $(THIRDPARTY_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(CSTD) $(WARN) $(CREPRO) $(GUEST_CFLAGS) \
	    $(GUEST_CPPFLAGS) $(INCLUDE) -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(GUEST_OBJ_DIR)/measurements/%.o: measurements/%.c $(PROTO_H) \
    $(THIRDPARTY_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(CSTD) $(WARN) $(CREPRO) $(GUEST_CFLAGS) \
	    $(GUEST_CPPFLAGS) $(INCLUDE) -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(GUEST_TEST_DIR)/libhusk.a: $(GUEST_TEST_OBJ)
	$(call say,AR)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(GUEST_AR) rcsD $@ $(GUEST_TEST_OBJ)

$(GUEST_UNIT_BIN): $(GUEST_TEST_DIR)/%: $(GUEST_OBJ_DIR)/tests/%.o \
    $(GUEST_TEST_DIR)/libhusk.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(call guest_link,$@,$< $(GUEST_TEST_DIR)/libhusk.a, \
	    protobuf-c bearssl z)

# The agent once more under clang with coverage, for fuzzing only.
FUZZ_OBJ := $(TEST_OBJ:$(B)/test/obj/%=$(B)/fuzz/obj/%)

$(B)/fuzz/obj/gen/%.o: $(B)/gen/%.c $(PROTO_H) $(HOST_LIBS)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(PROTO_CFLAGS) $(FUZZ_SAN) $(HOST_INCLUDE) -c $< -o $@

$(B)/fuzz/obj/%.o: %.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CLANG,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CSTD) $(FUZZ_SAN) $(HOST_INCLUDE) \
	    -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(B)/fuzz/libhusk.a: $(FUZZ_OBJ)
	@rm -f $@
	$(Q)ar rcsD $@ $(FUZZ_OBJ)

$(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz/libhusk.a
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CSTD) $(FUZZ_SAN) $(HOST_INCLUDE) -o $@ $< \
	    $(B)/fuzz/libhusk.a $(HOST_LIBS)

.PHONY: fuzz
fuzz: $(FUZZ_BIN) ## run every fuzzer for FUZZ_SECONDS
	$(Q)for t in $(FUZZ_SRC:tests/fuzz/%.c=%); do \
	    echo "fuzz $$t"; mkdir -p $(B)/fuzz/found/$$t tests/corpus/$$t; \
	    $(B)/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	        -print_final_stats=0 -artifact_prefix=$(B)/fuzz/found/$$t/ \
	        $(B)/fuzz/found/$$t tests/corpus/$$t || exit 1; done

# These need more of the kernel than user-mode emulation gives.
GUEST_KERNEL_UNIT := $(patsubst %,$(GUEST_TEST_DIR)/unit/%,init/supervise \
	oci/cgroup oci/container oci/exec oci/mount proc/channel \
	proc/confine proc/spawn sandbox/guestpath sandbox/network sandbox/role \
	sandbox/role_policy)

-include $(GUEST_TEST_OBJ:.o=.d) $(UNIT_SRC:%.c=$(GUEST_OBJ_DIR)/%.d)

.PHONY: check-guest-unit
check-guest-unit: $(GUEST_UNIT_BIN) ## run unit tests built for the guest of ARCH
	$(Q)RUNNER='$(QEMU_USER)' tests/run $(if $(QEMU_USER),$(filter-out \
	    $(GUEST_KERNEL_UNIT),$(GUEST_UNIT_BIN)),$(GUEST_UNIT_BIN))

.PHONY: unit check-unit check-tap check-boot check-all lint interop
unit: $(UNIT_BIN) $(CORPUS_BIN) ## build the unit test programs

check-unit: unit ## run unit, vector and corpus tests only
	$(Q)tests/run $(UNIT_BIN) $(CORPUS_BIN)

check-tap: husk agent image deploy $(MKSE) $(B)/$(ARCH)/serve ## run the scripts that need no guest
	$(Q)tests/run $(TAP_SCRIPTS)

check-boot: boot-ready images test-guests ## boot every target and test the running guests
	$(Q)tests/run $(BOOT_SCRIPTS)

# The kernel for s390x takes as long as all else: only who has it tests it here.
check-all: unit husk agent boot-ready deploy $(MKSE) $(B)/$(ARCH)/serve \
    $(if $(wildcard $(B)/s390x/vmlinuz),se-test-guests)
	$(Q)tests/run $(UNIT_BIN) $(CORPUS_BIN) $(TAP_SCRIPTS) $(BOOT_SCRIPTS)

lint: agent ## style, layers, shell, and what the binaries must be
	$(Q)scripts/lint $(B) $(B)/$(ARCH)/init

interop: husk $(BENCH) boot-ready $(MKSE) ## compare with other programs where installed
	$(Q)tests/run $(sort $(wildcard tests/interop/*.sh))

-include $(wildcard $(B)/test/obj/*/*/*.d $(B)/test/obj/*/*/*/*.d)
-include $(wildcard $(B)/fuzz/obj/*/*/*.d)
