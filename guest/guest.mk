# guest/: what is in the root file systems, and the test container.

BUSYBOX		:= $(B)/$(ARCH)/busybox/busybox
INITRD_FILES	= -s init=$(B)/$(ARCH)/init -s target=$(@D)/target \
	-s policy=$(POLICY_FILE)
# A target that names no policy gets the one that allows least.
POLICY		:= $(or $(shell . boot/targets/$(TARGET).conf 2>/dev/null && \
	echo "$${POLICY-}"),strict)
POLICY_FILE	:= guest/policies/$(POLICY).rego
POLICY_USERS	:= $(POLICY_FILE) $(wildcard boot/targets/$(TARGET).conf)
ifeq ($(POLICY)$(filter coco-dev,$(TARGET)),allow-all)
$(error allow-all protects nothing, so no target but coco-dev may have it)
endif
CONTAINER	:= $(B)/images/busybox$(if $(filter x86_64,$(ARCH)),,-$(ARCH))
CONTAINER_UUID	:= 6875736b-0000-4000-8000-000000000001
ROOTFS_UUID	:= 6875736b-0000-4000-8000-000000000002
OCI_ARCH_x86_64	:= amd64
OCI_ARCH_s390x	:= s390x

$(B)/$(ARCH)/busybox/.config: guest/busybox.config $(B)/src/busybox/.unpacked \
    scripts/configure-busybox scripts/check-config
	$(call say,CONFIG,busybox)
	@mkdir -p $(@D)
	$(Q)HOSTCC='$(HOSTCC)' scripts/configure-busybox \
	    $(abspath $(B)/src/busybox) $(abspath $(@D)) $<

# Its own rules do not know what it is linked with.
$(BUSYBOX): $(B)/$(ARCH)/busybox/.config $(SYSROOT)/lib/libc.a scripts/cc-musl
	@rm -f $(@D)/busybox_unstripped
	$(call say,BUSYBOX)
	$(Q)scripts/progress 'busybox $(ARCH)' $(B)/$(ARCH)/busybox.log $(MAKE) \
	    $(sub_jobs) -C $(B)/$(ARCH)/busybox HOSTCC='$(HOSTCC)' V= \
	    CC="env $(subst ',,$(CC_MUSL))" AR=$(GUEST_AR) \
	    STRIP=$(GUEST_STRIP) EXTRA_CFLAGS='-Os $(GUEST_REPRO)' busybox

$(B)/$(TARGET)/target $(B)/$(TARGET)-debug/target:
	@mkdir -p $(@D)
	@echo $(TARGET) >$@.new && mv $@.new $@

# The rest of the rootfs is one program, so one make rule serves every target.
$(B)/$(TARGET)/initrd: guest/rootfs.spec $(B)/$(TARGET)/target \
    $(POLICY_USERS) $(B)/$(ARCH)/init $(MKCPIO)
	$(call say,INITRD)
	@mkdir -p $(@D)
	$(Q)$(MKCPIO) -t $(SOURCE_DATE_EPOCH) $(INITRD_FILES) $@.cpio $<
	$(Q)$(ZSTD) -o $@ $@.cpio
	@rm $@.cpio

$(B)/$(TARGET)-debug/initrd: $(B)/$(TARGET)-debug/target guest/rootfs.spec \
    guest/busybox.spec guest/debug.spec $(POLICY_USERS) $(B)/$(ARCH)/init \
    $(BUSYBOX) $(MKCPIO)
	$(call say,INITRD)
	@mkdir -p $(@D)
	$(Q)$(MKCPIO) -t $(SOURCE_DATE_EPOCH) $(INITRD_FILES) \
	    -s busybox=$(BUSYBOX) $@.cpio guest/rootfs.spec guest/busybox.spec \
	    guest/debug.spec
	$(Q)$(ZSTD) -o $@ $@.cpio
	@rm $@.cpio

$(CONTAINER)/layer.tar: guest/container.spec guest/busybox.spec \
    $(wildcard guest/container/*) $(BUSYBOX) $(MKTAR)
	$(call say,TAR)
	@mkdir -p $(@D)
	$(Q)$(MKTAR) -t $(SOURCE_DATE_EPOCH) -s busybox=$(BUSYBOX) $@ \
	    guest/container.spec guest/busybox.spec

$(CONTAINER)/oci/oci-layout: $(CONTAINER)/layer.tar $(MKOCI)
	$(call say,OCI,$(@D))
	@rm -rf $(@D)
	$(Q)$(MKOCI) -t $(SOURCE_DATE_EPOCH) -n busybox \
	    -l $(OCI_ARCH_$(ARCH))=$< $(@D) /bin/sh

$(CONTAINER)/disk.erofs: guest/container.spec guest/busybox.spec \
    $(wildcard guest/container/*) $(BUSYBOX) $(MKEROFS)
	$(call say,EROFS)
	@mkdir -p $(@D)
	$(Q)$(MKEROFS) -t $(SOURCE_DATE_EPOCH) -u $(CONTAINER_UUID) \
	    -s busybox=$(BUSYBOX) $@ guest/container.spec guest/busybox.spec

# The rootfs as a file system that dm-verity protects; the words for Kata's
# kernel_verity_params are beside it.
$(B)/$(TARGET)/rootfs.erofs: $(B)/$(TARGET)/target guest/rootfs.spec guest/disk.spec \
    $(POLICY_USERS) $(B)/$(ARCH)/init $(MKEROFS)
	$(call say,EROFS)
	@mkdir -p $(@D)
	$(Q)$(MKEROFS) -t $(SOURCE_DATE_EPOCH) -u $(ROOTFS_UUID) \
	    $(INITRD_FILES) $@ guest/rootfs.spec guest/disk.spec

$(B)/$(TARGET)/rootfs.img $(B)/$(TARGET)/rootfs.verity &: \
    $(B)/$(TARGET)/rootfs.erofs $(MKVERITY)
	$(call say,VERITY,$(@D)/rootfs.img)
	$(Q)$(MKVERITY) $(@D)/rootfs.img $< >$(@D)/rootfs.verity

$(CONTAINER)/bundle/config.json $(CONTAINER)/bundle/husk.json: \
    $(CONTAINER)/bundle/%: guest/container/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

.PHONY: image print-values initrd verity-image debug-initrd test-image busybox
image: initrd $(if $(filter verity,$(TARGET_ROOTFS)),verity-image) \
    test-image ## build TARGET's guest images and the test container
ifneq ($(filter image,$(MAKECMDGOALS)),)
image: print-values
print-values: initrd husk $(if $(filter se,$(TARGET)),se-image)
	$(Q)B=$(B) scripts/reference-values $(MEASURED)
endif
initrd: $(B)/$(TARGET)/initrd
verity-image: $(B)/$(TARGET)/rootfs.img ## build TARGET's rootfs with a dm-verity tree
debug-initrd: $(B)/$(TARGET)-debug/initrd ## build the initrd with a shell
test-image: $(CONTAINER)/oci/oci-layout $(CONTAINER)/disk.erofs \
    $(CONTAINER)/bundle/config.json $(CONTAINER)/bundle/husk.json
busybox: $(BUSYBOX)
	@:
