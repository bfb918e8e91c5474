# image/: a guest that firmware starts from a disk. Its command line is in the
# image and in the reference values with it; that of a host does not count.
#
#	make uki		$(B)/$(TARGET)/uki.efi: systemd's EFI stub, kernel,
#				initrd, command line
#	make disk		the UKI as /EFI/BOOT/BOOTX64.EFI on a disk, raw
#	make disks		the same as qcow2, fixed VHD and GCP archive
#	make unikernel		$(B)/$(TARGET)/unikernel.efi: one kernel with initramfs
#				and command line built in, linked anew
#
#	UKI_CMDLINE="..."	the kernel's command line
#	DISK_MIB=N		the disk's size; the smallest by default

UKI_CMDLINE	?= console=ttyS0 console=hvc0 quiet panic=1 no_timer_check
DISK_MIB	?=
UKI_STUB	:= $(B)/src/systemd-stub/usr/lib/systemd/boot/efi/linuxx64.efi.stub
UKI		:= $(B)/$(TARGET)/uki.efi
DISK		:= $(B)/$(TARGET)/disk
mkdisk		= $(Q)$(MKDISK) $(if $(DISK_MIB),-s $(DISK_MIB)) -f $(1) $(2) \
	/EFI/BOOT/BOOTX64.EFI=$(UKI)

# What comes from the command line is an input too.
$(UKI).cmdline: FORCE
	@mkdir -p $(@D)
	@printf '%s' '$(UKI_CMDLINE)' | cmp -s - $@ || \
	    printf '%s' '$(UKI_CMDLINE)' >$@

$(UKI).osrel: Makefile
	@mkdir -p $(@D)
	@printf 'NAME=Husk\nID=husk\nVERSION_ID=%s\n' '$(VERSION)' >$@

$(UKI): $(UKI).cmdline $(UKI).osrel $(B)/$(TARGET)/initrd $(VMLINUZ) \
    $(B)/src/systemd-stub/.unpacked $(MKUKI)
	$(call say,UKI)
	@tr -d '\n' <$(VMLINUZ).release >$@.uname
	$(Q)$(MKUKI) $@ $(UKI_STUB) .osrel=$@.osrel .uname=$@.uname \
	    .cmdline=$(UKI).cmdline .initrd=$(B)/$(TARGET)/initrd \
	    .linux=$(VMLINUZ)

$(DISK).raw $(DISK).qcow2 $(DISK).vhd: $(DISK).%: $(UKI) $(MKDISK)
	$(call say,DISK)
	$(call mkdisk,$*,$@)

$(DISK).tar.gz: $(UKI) $(MKDISK)
	$(call say,DISK)
	$(call mkdisk,gcp,$@.tar)
	$(Q)gzip -n -9 <$@.tar >$@
	@rm $@.tar

# The kernel once more, from a copy of its objects: only what depends on these
# options is compiled again, so it takes a minute, as long as no tool is: those
# are the only ones whose rules hold the folder's path. x86's Kconfig offers no
# INITRAMFS_FORCE, by which the kernel ignores an initrd of the host's; the file
# that asks for it is told by hand.
UNIKERNEL	:= $(B)/$(TARGET)/unikernel
UNIKERNEL_OUT	:= $(KERNEL_SRC)/build-$(TARGET)
UNIKERNEL_MAKE	= $(KERNEL_MAKE) O=$(abspath $(UNIKERNEL_OUT)) \
	CFLAGS_initramfs.o=-DCONFIG_INITRAMFS_FORCE=1

$(UNIKERNEL_OUT)/.copied: $(VMLINUZ)
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)cp -a --reflink=auto $(KERNEL_OUT)/. $(@D)
	$(Q)find $(@D)/tools -name '.*.cmd' -exec \
	    sed -i 's|$(abspath $(KERNEL_OUT))/|$(abspath $(@D))/|g' {} +
	@touch $@

$(UNIKERNEL).config: $(UKI).cmdline image/disk.mk
	$(Q)printf '%s\n' CONFIG_CMDLINE_BOOL=y CONFIG_CMDLINE_OVERRIDE=y \
	    'CONFIG_INITRAMFS_SOURCE="initramfs.cpio.zst"' >$@
	$(Q)sed -e 's/["\\]/\\&/g' -e 's/.*/CONFIG_CMDLINE="&"/' $< >>$@
	@echo >>$@

$(UNIKERNEL_OUT)/.options: $(UNIKERNEL).config $(UNIKERNEL_OUT)/.copied
	$(call say,CONFIG,$(UNIKERNEL))
	$(Q)cat $(KERNEL_OUT)/.config $< >$(UNIKERNEL_OUT)/.config
	+$(Q)scripts/progress unikernel $(UNIKERNEL).log \
	    $(UNIKERNEL_MAKE) olddefconfig
	$(Q)scripts/check-config $(UNIKERNEL_OUT)/.config $<
	@touch $@

$(UNIKERNEL).efi: $(UNIKERNEL_OUT)/.options $(B)/$(TARGET)/initrd
	$(call say,KERNEL)
	$(Q)cmp -s $(B)/$(TARGET)/initrd $(UNIKERNEL_OUT)/initramfs.cpio.zst || \
	    cp $(B)/$(TARGET)/initrd $(UNIKERNEL_OUT)/initramfs.cpio.zst
	+$(Q)scripts/progress unikernel $(UNIKERNEL).log \
	    $(UNIKERNEL_MAKE) $(sub_jobs) $(notdir $(KERNEL_IMAGE_$(ARCH)))
	$(Q)cp $(UNIKERNEL_OUT)/$(KERNEL_IMAGE_$(ARCH)) $@

image: $(MKUKI) $(MKDISK)
ifneq ($(TARGET_DISK),)
image print-values: $(DISK).$(TARGET_DISK:gcp=tar.gz)
endif

.PHONY: uki disk disks unikernel
uki: $(UKI) ## build TARGET's unified kernel image
disk: $(DISK).raw ## build a disk with TARGET's UKI for UEFI firmware
disks: disk $(DISK).qcow2 $(DISK).vhd $(DISK).tar.gz
unikernel: $(UNIKERNEL).efi ## link the kernel with TARGET's initrd built in
