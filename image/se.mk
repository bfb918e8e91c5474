# image/: kernel, initrd and command line of TARGET=se as one image of IBM Secure
# Execution, which `make TARGET=se image` makes when it is told for whom:
#
#	HKD="FILE..."		host key documents, of the machines that may start
#				it; "test" is a key that none has
#	HKD_CERTS="FILE..."	what they are verified with: signing key and
#	HKD_CRLS="FILE..."	authorities, revocation lists,
#	HKD_ROOT=FILE		trusted roots; HKD_VERIFY=no takes them unverified
#	SE_SEED=FILE		secret of 32 bytes or more: the same parts give the
#				same image; without it its keys are new each time
#	SE_OPTIONS="..."	more options of mkse

HKD		?=
HKD_CERTS	?=
HKD_CRLS	?=
HKD_ROOT	?=
HKD_VERIFY	?= yes
SE_SEED		?=
SE_OPTIONS	?=
SE_IMAGE	:= $(B)/se/se.img
SE_TEST_HOST	:= tests/lib/se-host.crt
SE_CMDLINE	:= $(shell . boot/targets/se.conf && printf %s "$$SEALED")

# The seed of a test image is no secret, so that everybody gets the same.
ifeq ($(HKD),test)
SE_WORDS	= --no-verify --host-key-document $(SE_TEST_HOST) \
	--seed $(SE_TEST_HOST)
else
SE_WORDS	= $(HKD:%=--host-key-document %) $(HKD_CERTS:%=--cert %) \
	$(HKD_CRLS:%=--crl %) $(HKD_ROOT:%=--root-ca %) \
	$(if $(filter no,$(HKD_VERIFY)),--no-verify) $(SE_SEED:%=--seed %)
endif
SE_WORDS	+= --cmdline '$(SE_CMDLINE)' $(SE_OPTIONS)
SE_FILES	:= $(if $(filter test,$(HKD)),$(SE_TEST_HOST),$(HKD)) \
	$(HKD_CERTS) $(HKD_CRLS) $(HKD_ROOT) $(SE_SEED)

# What comes from the command line is an input too.
$(SE_IMAGE).words: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(SE_WORDS)" | cmp -s - $@ || \
	    printf '%s\n' "$(SE_WORDS)" >$@

$(SE_FILES):
	@echo "se.img: there is no '$@'" >&2; exit 1

# The header alone is what Trustee's verifier is given.
$(SE_IMAGE): $(SE_IMAGE).words $(SE_FILES) $(VMLINUZ) $(B)/se/initrd \
    $(SE_STAGES) $(MKSE)
	$(call say,SE)
	$(Q)$(MKSE) --kernel $(VMLINUZ) --ramdisk $(B)/se/initrd \
	    --stage3a $(firstword $(SE_STAGES)) \
	    --stage3b $(lastword $(SE_STAGES)) $(SE_WORDS) \
	    --header $(B)/se/hdr.bin --output $@

.PHONY: se-image se-nobody
se-nobody:
	@echo '  se.img   not made: HKD= names no host key documents (HKD=test:' \
	    'a key that no machine has)'
ifeq ($(TARGET),se)
se-image: $(if $(HKD),$(SE_IMAGE),se-nobody) ## TARGET=se: its image, for the machines of HKD=
image: kernel se-image
else
se-image:
	@echo 'se-image: is for TARGET=se, this is $(TARGET)' >&2; exit 1
endif
