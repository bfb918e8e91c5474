# scripts/: set-up, the reproducibility check, and what a build made.

# Paths below $(B), of what is measured or handed on. KERNEL=0 leaves out the
# kernel and what has it inside.
MADE	= $(ARCH)/init $(TARGET)/initrd $(TARGET)/rootfs.img \
	$(TARGET)/rootfs.verity images/busybox/disk.erofs images/busybox/oci \
	$(if $(filter 0,$(KERNEL)),,$(ARCH)/vmlinuz $(TARGET)/uki.efi \
	$(patsubst %,$(TARGET)/disk.%,raw qcow2 vhd tar.gz))

.PHONY: hermetic manifest setup repro
manifest: husk initrd verity-image test-image $(if $(filter 0,$(KERNEL)),,disks) ## list what was built for TARGET in $(B)/manifest, to be signed
	$(Q)$(B)/bin/husk manifest make --base $(B) --out $(B)/manifest \
	    $(MADE:%=--file %)
	@cat $(B)/manifest

setup: ## install and fetch what is missing on this machine
	$(Q)scripts/setup

repro: ## build twice, differently, and compare; KERNEL=0 leaves the kernel out
	$(Q)KERNEL=$(or $(KERNEL),1) ARCH=$(ARCH) GOALS='$(GOALS)' HERE=$(HERE) \
	    scripts/check-repro

hermetic: ## build in a root of locked packages, offline, to $(B)/hermetic; KERNEL=0 as above
	$(Q)B=$(B) KERNEL=$(or $(KERNEL),1) TARGET=$(TARGET) ARCH=$(ARCH) \
	    JOBS=$(JOBS) scripts/hermetic
