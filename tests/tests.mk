# tests/: unit programs (host libc, ASan + UBSan), scripts that print TAP, and
# tests/run, which sums all TAP and ends with "N passed, N failed".

SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
TEST_SRC := $(filter-out agent/init/main.c,$(AGENT_SRC)) \
	$(filter-out measurements/main.c,$(sort $(wildcard measurements/*.c)))
TEST_OBJ := $(TEST_SRC:%.c=$(B)/test/obj/%.o) \
	$(PROTO_C:$(B)/%.c=$(B)/test/obj/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*/*.c tests/vectors/*.c))
UNIT_BIN := $(UNIT_SRC:tests/%.c=$(B)/test/%)
TAP_SCRIPTS := $(sort $(wildcard tests/build/*.sh tests/measure/*.sh \
	tests/role/*.sh))
BOOT_SCRIPTS := $(sort $(wildcard tests/boot/t[0-9]*.sh))

$(B)/test/obj/gen/%.o: $(B)/gen/%.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(PROTO_CFLAGS) $(SAN) $(HOST_INCLUDE) -c $< -o $@

$(B)/test/obj/%.o: %.c $(PROTO_H) $(HOST_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(WARN) $(SAN) $(HOST_INCLUDE) \
	    -MMD -MP -MF $(@:.o=.d) -c $< -o $@

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

.PHONY: unit
unit: $(UNIT_BIN) ## build the unit test programs

.PHONY: check-unit
check-unit: $(UNIT_BIN) ## run unit and vector tests only
	$(Q)tests/run $(UNIT_BIN)

-include $(wildcard $(B)/test/obj/*/*/*.d $(B)/test/obj/*/*/*/*.d)
