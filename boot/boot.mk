# boot/: the launcher, what it needs to start a target, and what is said about
# the result. The guest's state comes from $(B)/bin/supervise, never from the
# console.

BOOT_AGENT_SRC := $(wildcard agent/base/*.c) agent/net/vsock.c
BOOT_OBJ := $(patsubst %.c,$(B)/host/obj/%.o,$(BOOT_AGENT_SRC) boot/dial.c)
# When the first make of `make run` began, for the total.
export RUN_START := $(or $(RUN_START),$(shell date +%s))
BUSYBOX_DISK := $(B)/images/busybox/disk.erofs

$(B)/bin/supervise: $(B)/host/obj/boot/supervise.o $(BOOT_OBJ) $(HOST_LIBS)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -pie -Wl,-z,relro,-z,now -o $@ $^

$(B)/test/frames: $(B)/host/obj/tests/lib/frames.o $(BOOT_OBJ) \
    $(PROTO_C:$(B)/%.c=$(B)/host/obj/%.o) $(HOST_LIBS)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -pie -Wl,-z,relro,-z,now -o $@ $^

# The targets whose guests are built and laid out for a cluster.
TARGETS		:= coco-dev tdx snp sev
FORM		?= initrd
PREFIX		?= /opt/husk
REGISTRY	?= registry.example

.PHONY: boot-ready boot run-target size measure bench images deploy
boot-ready: husk image kernel $(B)/bin/supervise $(B)/test/frames $(MKUKI) \
    $(MKDISK) $(B)/src/systemd-stub/.unpacked

boot: boot-ready ## start TARGET; the console on the terminal; ^C ends it
	$(Q)B=$(B) V=1 boot/qemu -d $(BUSYBOX_DISK) $(TARGET)

measure: husk image kernel ## reference values of what was built, in every form
	$(Q)B=$(B) scripts/reference-values

images: kernel image ## build the guests of every target
	$(Q)for t in $(TARGETS); do $(MAKE) --no-print-directory TARGET=$$t \
	    initrd debug-initrd verity-image || exit 1; done

deploy: images test-image husk ## write $(B)/deploy: Kata's configuration, manifests, installer
	$(Q)B=$(B) FORM=$(FORM) PREFIX=$(PREFIX) REGISTRY=$(REGISTRY) \
	    scripts/deploy $(TARGETS)

run-target: boot-ready
	$(Q)B=$(B) TARGET=$(TARGET) scripts/run-target

size: boot-ready ## sizes, idle memory and boot times
	$(Q)B=$(B) TARGET=$(TARGET) scripts/size

bench: boot-ready bench-measure bench-policy ## boot and request latencies as JSON in $(B)/bench
	$(Q)B=$(B) TARGET=$(TARGET) tests/bench/latency

-include $(B)/host/obj/boot/*.d $(B)/host/obj/tests/lib/*.d
