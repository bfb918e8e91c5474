# guest/: NVIDIA's driver as a file system beside the root, which PID 1 verifies
# and mounts on /run/kata-extensions/gpu (agent/init/extension.h). For the targets
# nvidia-gpu-*:
#
#	NVIDIA_DIR=FOLDER	a tree with the driver: lib/modules/RELEASE,
#				lib/firmware/nvidia, and NVIDIA's programs
#	NVIDIA_CERT=FILE	the certificate (PEM) of the key that its modules
#				are signed with
#
# The modules are built against the kernel that `make kernel` leaves in
# $(B)/src/linux/build-$(ARCH)-nvidia. Without NVIDIA_DIR the targets are built without
# driver, with the kernel that all others have.

.PHONY: gpu-image
ifneq ($(filter nvidia-%,$(TARGET)),)
GPU_UUID	:= 6875736b-0000-4000-8000-000000000003
GPU_TREE	:= $(B)/$(TARGET)/gpu

image: gpu-image
ifeq ($(NVIDIA_DIR),)
gpu-image:
	@rm -f $(GPU_TREE).img $(GPU_TREE).verity
	@echo '  $(TARGET): no driver: NVIDIA_DIR= is a folder with it,' \
	    'NVIDIA_CERT= the certificate of its modules (guest/nvidia.mk)'
else
ifeq ($(NVIDIA_CERT),)
$(error NVIDIA_DIR needs NVIDIA_CERT, the certificate of the key that its \
	modules are signed with)
endif
gpu-image: $(GPU_TREE).img kernel ## pack NVIDIA_DIR as a file system that is verified

$(GPU_TREE).spec: FORCE
	@mkdir -p $(@D)
	$(Q)scripts/tree-spec '$(NVIDIA_DIR)' >$@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(GPU_TREE).erofs: $(GPU_TREE).spec $(MKEROFS) \
    $(shell find '$(NVIDIA_DIR)' -type f -newer $(GPU_TREE).erofs 2>/dev/null)
	$(call say,EROFS)
	$(Q)$(MKEROFS) -t $(SOURCE_DATE_EPOCH) -u $(GPU_UUID) $@ $<

$(GPU_TREE).img $(GPU_TREE).verity &: $(GPU_TREE).erofs $(MKVERITY)
	$(call say,VERITY,$(GPU_TREE).img)
	$(Q)$(MKVERITY) $(GPU_TREE).img $< >$(GPU_TREE).verity
endif
else
gpu-image:
	@echo 'gpu-image: is for TARGET=nvidia-gpu-tdx and nvidia-gpu-snp,' \
	    'this is $(TARGET)' >&2; exit 2
endif
