# boot/: the launcher, what it needs to start a target, and what is said about
# the result. The guest's state comes from $(B)/bin/supervise, never from the
# console.

BOOT_AGENT_SRC := $(wildcard agent/base/*.c) agent/net/vsock.c
BOOT_OBJ := $(patsubst %.c,$(B)/host/obj/%.o,$(BOOT_AGENT_SRC) boot/dial.c)
# When the first make of `make run` began, for the total.
export RUN_START := $(or $(RUN_START),$(shell date +%s))
BUSYBOX_DISK := $(CONTAINER)/disk.erofs

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
TARGETS		:= coco-dev tdx snp sev nvidia-gpu-tdx nvidia-gpu-snp clh-tdx
# Those that a cluster is told of besides; a cloud's disk has a kernel of its own.
REMOTE_TARGETS	:= remote-azure remote-aws remote-gcp remote-libvirt

# The goals for each form of the root file system that TARGET has.
GOALS_initrd	:= initrd
GOALS_verity	:= verity-image
GOALS_uki	:= disks
GOALS_unikernel	:= unikernel
FORMS		:= $(TARGET_ROOTFS)
FORM		?= initrd
PREFIX		?= /opt/husk
REGISTRY	?= registry.example

.PHONY: boot-ready boot run-target size measure bench forms shared x86-ready \
	x86-guests images deploy se-guest se-ready se-installer \
	test-guests se-test-guests
boot-ready: husk image kernel $(B)/bin/supervise $(B)/test/frames $(MKUKI) \
    $(MKDISK) $(B)/src/systemd-stub/.unpacked

boot: boot-ready ## start TARGET; the console on the terminal; ^C ends it
	$(Q)B=$(B) V=1 boot/qemu -d $(BUSYBOX_DISK) $(TARGET)

# Of the target that is named, else of all.
MEASURED	:= $(if $(filter file,$(origin TARGET)),,$(TARGET))
measure: husk image kernel ## reference values of what was built, in every form
	$(Q)B=$(B) scripts/reference-values $(MEASURED)

forms: $(foreach f,$(FORMS),$(GOALS_$(f)))
	@:

# What the makes of several targets share, which then run at the same time. The
# lock's lines come first, or make would unpack the kernel, which takes longest
# with one processor, after all else.
sub_make	= $(Q)$(MAKE) --no-print-directory $(sub_jobs)
SHARED_SOURCES	:= $(if $(KERNEL_TARBALL),,linux) musl bearssl cjson protobuf-c \
	zlib
shared:
	+$(sub_make) $(SHARED_SOURCES:%=$(B)/src/%.lock)
	+$(sub_make) $(if $(KERNEL_TARBALL),$(B)/src/linux.tarball) \
	    $(SHARED_SOURCES:%=$(B)/src/%/.unpacked) husk $(PACKERS)

x86-guests: x86-ready
	+$(sub_make) $(TARGETS:%=forms-%)
x86-ready: shared
	+$(sub_make) kernel initrd

forms-%:
	+$(Q)$(MAKE) --no-print-directory TARGET=$* forms

# For s390x: the guest alone, and with a kernel, which takes minutes.
se_make	= $(sub_make) TARGET=se ARCH=s390x
se-guest: shared
	+$(se_make) agent initrd
se-ready: shared ## build the guest of se and its kernel
	+$(se_make) agent initrd kernel se-image

# One kernel after the other: its end, and that of what is linked from it, leaves
# processors to the next.
images: ## build the guests of every target
	+$(sub_make) x86-ready se-guest
	+$(sub_make) x86-guests se-ready

# What only tests run: the container, and for s390x the guest with a shell.
test-guests: se-test-guests
se-test-guests: se-guest test-image
	+$(se_make) debug-initrd test-image

# With a packed guest for s390x, what its nodes' installer consists of.
se-installer: test-image
	+$(se_make) busybox

deploy: x86-guests test-image husk \
    $(if $(wildcard $(B)/se/se.img),se-installer) ## write $(B)/deploy: Kata's configuration, manifests, installer
	$(Q)B=$(B) FORM='$(FORM)' PREFIX='$(PREFIX)' REGISTRY='$(REGISTRY)' \
	    CLH_FIRMWARE='$(CLH_FIRMWARE)' \
	    scripts/deploy $(TARGETS) se $(REMOTE_TARGETS)

run-target: boot-ready
	$(Q)B=$(B) TARGET=$(TARGET) scripts/run-target

size: boot-ready forms ## sizes, idle memory and boot times
	$(Q)B=$(B) TARGET=$(TARGET) scripts/size

bench: boot-ready bench-measure ## boot and request latencies as JSON in $(B)/bench
	$(Q)B=$(B) TARGET=$(TARGET) tests/bench/latency

-include $(B)/host/obj/boot/*.d $(B)/host/obj/tests/lib/*.d
