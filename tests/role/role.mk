# tests/role/: the roles under supervision without a guest. The program is
# linked from the guest's own objects, with another main function.

ROLE_OBJ := $(filter-out %/agent/init/main.o,$(AGENT_OBJ)) \
	$(GUEST_OBJ_DIR)/tests/role/serve.o

$(GUEST_OBJ_DIR)/tests/role/%.o: tests/role/%.c $(PROTO_H) $(THIRDPARTY_LIBS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(CSTD) $(WARN) $(CREPRO) $(GUEST_CFLAGS) \
	    $(GUEST_CPPFLAGS) $(INCLUDE) -MD -MP -MF $(@:.o=.d) -c $< -o $@

$(B)/$(ARCH)/serve: $(ROLE_OBJ) $(THIRDPARTY_LIBS)
	$(call say,LINK)
	$(Q)$(call guest_link,$@,$(ROLE_OBJ),protobuf-c bearssl z)

-include $(GUEST_OBJ_DIR)/tests/role/serve.d
