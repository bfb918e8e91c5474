# kernel-config/: one kernel for an architecture, from fragments by concern.
#
# A fragment has lines CONFIG_X=value and "# CONFIG_X is not set"; all else is
# a comment that starts with "#" or nothing. What no fragment asks for is off
# (allnoconfig). Each line must hold in the final .config, or the build fails
# and names it. A line that ends in " # if-known" need not hold in a kernel
# that has no such option: the fragments serve 6.12 and later.
#
#   KERNEL_TARBALL=FILE     another tree in place of the locked one
#   KERNEL_FRAGMENTS="..."  other fragments than those that the target's
#                           description (boot/targets) or the list below names
#   KERNEL_EXTRA="..."      fragments besides, by name or path (debug, remote)
#   KERNEL_NAME=nvidia      the kernel that loads NVIDIA's modules, in
#                           $(B)/$(ARCH)/vmlinuz-nvidia (guest/nvidia.mk)

KERNEL_FRAGMENTS_x86_64 := base security container storage network virtio \
	x86_64 efi tdx snp tpm
KERNEL_FRAGMENTS_s390x := base security container storage network virtio \
	s390x se
target_fragments := $(shell . boot/targets/$(TARGET).conf 2>/dev/null && \
	[ "$$ARCH" = $(ARCH) ] && echo $$KERNEL_FRAGMENTS)
KERNEL_FRAGMENTS ?= $(or $(target_fragments),$(KERNEL_FRAGMENTS_$(ARCH)))
KERNEL_EXTRA	?=
ifeq ($(KERNEL_NAME),nvidia)
override KERNEL_FRAGMENTS += nvidia
ifneq ($(NVIDIA_CERT),)
override KERNEL_FRAGMENTS += $(B)/$(ARCH)/nvidia-cert.config
$(B)/$(ARCH)/nvidia-cert.config: FORCE
	@mkdir -p $(@D)
	@echo 'CONFIG_SYSTEM_TRUSTED_KEYS="$(abspath $(NVIDIA_CERT))"' >$@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/src/linux/build-$(ARCH)-nvidia/.configured: $(NVIDIA_CERT)
endif
endif
KERNEL_SUFFIX	:= $(addprefix -,$(KERNEL_NAME))
KERNEL_FILES	:= $(foreach f,$(KERNEL_FRAGMENTS) $(KERNEL_EXTRA), \
	$(if $(findstring /,$(f)),$(f),kernel-config/$(f).config))

KERNEL_ARCH_x86_64 := x86
KERNEL_ARCH_s390x := s390
KERNEL_IMAGE_x86_64 := arch/x86/boot/bzImage
KERNEL_IMAGE_s390x := arch/s390/boot/bzImage

# Inside the source: there alone the kernel's make names files as from here, so no
# object and no command has a path of this machine. ccache would make those paths
# relative, but it looks up each of the 700 headers of a file for that, which
# costs every twentieth second.
KERNEL_SRC	:= $(B)/src/linux
KERNEL_OUT	:= $(KERNEL_SRC)/build-$(ARCH)$(KERNEL_SUFFIX)
KERNEL_LOG	:= $(B)/$(ARCH)/linux$(KERNEL_SUFFIX).log
VMLINUZ		:= $(B)/$(ARCH)/vmlinuz$(KERNEL_SUFFIX)
# Where the time of a start went when it was sampled under emulation:
# At -Os gcc writes "rep stosb", bytes one by one, for a memset of any length; the
# files that zero what is allocated call the kernel's own routine.
KERNEL_MEMSET	:= -O2 -mmemset-strategy=libcall:-1:noalign
# The scratch of memory encryption on bare metal is 4 MiB of zeros, behind .bss,
# which would thereby be 5 MiB of zeros in the image. No guest reads it.
KERNEL_COPY	:= -S -R .comment $$(if $$(filter \
	%/compressed,$$(obj)),-R .init.scratch,-O binary -R .note)
KERNEL_FILE_x86_64 := \
	$(foreach f,memblock percpu slub,'CFLAGS_$(f).o=$(KERNEL_MEMSET)') \
	$(foreach f,zstd_decompress_block huf_decompress,CFLAGS_$(f).o=-O2) \
	'CFLAGS_init.o=-include $(CURDIR)/kernel-config/initmem.h' \
	'OBJCOPYFLAGS_vmlinux.bin=$(KERNEL_COPY)'
# Its warnings are for those who write it, and cost every twentieth second. -w
# would only not print them, and the errors of their kind neither.
KERNEL_CALM	:= $(patsubst %,-Wno-%,all extra unused undef vla \
	frame-larger-than implicit-fallthrough missing-prototypes \
	missing-declarations cast-function-type enum-conversion)
# Its host programs do not say which of the system's headers they include.
KERNEL_HOSTCC	:= $(strip $(if $(CCACHE),env -u CCACHE_DEPEND $(CCACHE)) \
	$(HOSTCC))
# Every string that would tell when, where and by whom it was built is given here.
# `logs' names 20 tests of what FORTIFY_SOURCE makes of wrong code, which say the
# same as long as the compiler does.
KERNEL_MAKE	= $(MAKE) -C $(KERNEL_SRC) O=$(abspath $(KERNEL_OUT)) \
	ARCH=$(KERNEL_ARCH_$(ARCH)) CROSS_COMPILE=$(CROSS) \
	CC='$(GUEST_CC)' HOSTCC='$(KERNEL_HOSTCC)' \
	KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' \
	KBUILD_BUILD_USER=husk KBUILD_BUILD_HOST=husk KBUILD_BUILD_VERSION=1 \
	KCFLAGS='$(KERNEL_CALM)' logs= \
	KCONFIG_CONFIG=.config $(KERNEL_FILE_$(ARCH)) V=

ifneq ($(KERNEL_TARBALL),)
.PHONY: $(B)/src/linux.tarball
$(B)/src/linux.tarball:
	@mkdir -p $(@D)
	$(Q)scripts/unpack linux $(KERNEL_SRC) '$(KERNEL_TARBALL)'
$(KERNEL_OUT)/.configured: $(B)/src/linux.tarball
else
$(KERNEL_OUT)/.configured: $(KERNEL_SRC)/.unpacked
endif

# What comes from the command line is an input too.
kernel_inputs	= $(KERNEL_FILES)
$(B)/$(ARCH)/fragments$(KERNEL_SUFFIX): FORCE
	@mkdir -p $(@D)
	@echo '$(kernel_inputs)' | cmp -s - $@ || echo '$(kernel_inputs)' >$@

# A stamp, because an unchanged .config keeps its time.
$(KERNEL_OUT)/.configured: $(KERNEL_FILES) \
    $(B)/$(ARCH)/fragments$(KERNEL_SUFFIX) \
    scripts/configure-kernel scripts/check-config
	$(call say,CONFIG,linux $(notdir $(basename $(KERNEL_FILES))))
	$(Q)CROSS_COMPILE=$(CROSS) scripts/configure-kernel \
	    $(abspath $(KERNEL_SRC)) $(abspath $(KERNEL_OUT)) \
	    $(KERNEL_ARCH_$(ARCH)) $(KERNEL_FILES)
	@touch $@

$(VMLINUZ): $(KERNEL_OUT)/.configured kernel-config/kernel-config.mk \
    kernel-config/initmem.h
	$(call say,KERNEL)
	+$(Q)scripts/progress 'kernel $(ARCH)' $(KERNEL_LOG) \
	    $(KERNEL_MAKE) $(sub_jobs) $(notdir $(KERNEL_IMAGE_$(ARCH)))
	$(Q)cp $(KERNEL_OUT)/include/config/kernel.release $@.release
	$(Q)cp $(KERNEL_OUT)/$(KERNEL_IMAGE_$(ARCH)) $@

.PHONY: kernel
kernel: $(VMLINUZ) ## build the kernel for ARCH

.PHONY: FORCE
FORCE:
