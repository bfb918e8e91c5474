# boot/targets: what a target's description says to the build.

target_says	= $(shell unset $(1); . boot/targets/$(TARGET).conf 2>/dev/null && \
	echo "$${$(1)-}")
# A kernel besides the one that the other targets share.
KERNEL_NAME	?= $(if $(NVIDIA_DIR),$(if $(filter nvidia-%,$(TARGET)),nvidia, \
	$(call target_says,KERNEL)),$(call target_says,KERNEL))
KERNEL_NAME	:= $(strip $(KERNEL_NAME))
# raw, qcow2, vhd or gcp: the form of the disk that a cloud takes.
TARGET_DISK	:= $(call target_says,DISK)
ifneq ($(TARGET_DISK),)
UKI_CMDLINE	?= $(call target_says,CMDLINE)
endif
