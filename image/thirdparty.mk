# Third-party libraries from locked sources: for the guest with musl, for the
# host tool with the host's compiler. What other .mk files use:
#
#   GUEST_CC          compiler for ARCH, through ccache where there is one
#   GUEST_CPPFLAGS    musl, library and kernel headers in place of the host's
#   GUEST_CFLAGS      small, position-independent, hardened, reproducible
#   guest_link        $(call guest_link,OUTPUT,OBJECTS,LIBRARIES): link line of a
#                     static-pie program; LIBRARIES are names as for -l, of
#                     GUEST_LIB_NAMES
#   GUEST_STRIP       strip for ARCH
#   QEMU_USER         what runs a guest program here; empty for x86_64
#   THIRDPARTY_LIBS   the guest's archives: prerequisites of its objects
#   HOST_LIBS         the host tool's archives, to be linked as they stand
#   $(B)/src/NAME/.unpacked   made when the locked source NAME is in its folder

export CCACHE_DIR ?= $(DL_DIR)/ccache
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
# Objects say what they include, the system's headers too (-MD), so ccache need
# not run the preprocessor first.
export CCACHE_DEPEND := 1
CCACHE	:= $(shell command -v ccache)

CROSS_x86_64	:= $(if $(filter x86_64,$(shell uname -m)),,x86_64-linux-gnu-)
CROSS_s390x	:= s390x-linux-gnu-
UAPI_x86_64	:= $(if $(CROSS_x86_64),/usr/x86_64-linux-gnu/include \
	,/usr/include /usr/include/x86_64-linux-gnu)
UAPI_s390x	:= /usr/s390x-linux-gnu/include
CROSS		:= $(CROSS_$(ARCH))
QEMU_USER	:= $(if $(CROSS),qemu-$(ARCH)-static)

SYSROOT		:= $(B)/$(ARCH)/sysroot
GUEST_GCC	:= $(CROSS)gcc
GUEST_CC	:= $(strip $(CCACHE) $(GUEST_GCC))
GUEST_AR	:= $(CROSS)ar
GUEST_STRIP	:= $(CROSS)strip
# Sub-makes share our job server; without one they get as many jobs.
sub_jobs	= $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
gcc_file	= $(shell $(GUEST_GCC) -print-file-name=$(1))

GUEST_REPRO	:= -ffile-prefix-map=$(CURDIR)/$(B)/=/ \
	-ffile-prefix-map=$(CURDIR)=. -fno-ident
GUEST_BASE	:= -Os -fPIE -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-unwind-tables $(GUEST_REPRO)
GUEST_CFLAGS	:= $(GUEST_BASE) -fstack-protector-strong \
	-ftrivial-auto-var-init=zero
GUEST_LIBC	= -nostdinc -isystem $(SYSROOT)/include \
	-isystem $(call gcc_file,include)
GUEST_CPPFLAGS	= $(GUEST_LIBC) -isystem $(B)/src/bearssl/inc \
	-isystem $(B)/src/protobuf-c -isystem $(B)/src/zlib \
	-idirafter $(B)/$(ARCH)/uapi

# For whole programs with a build of their own, and the way to link ours.
CC_MUSL		= GCC='$(GUEST_GCC)' CCACHE='$(CCACHE)' \
	SYSROOT=$(abspath $(SYSROOT)) $(CURDIR)/scripts/cc-musl
guest_link	= $(CC_MUSL) -o $(1) $(2) $(addprefix -l,$(3))

GUEST_LIB_NAMES	:= bearssl protobuf-c z
THIRDPARTY_LIBS	:= $(SYSROOT)/lib/libc.a \
	$(GUEST_LIB_NAMES:%=$(SYSROOT)/lib/lib%.a)
HOST_LIBS	:= $(patsubst %,$(B)/host/lib/lib%.a,bearssl cjson protobuf-c z)

# The lines of one name, so that a change of another's does not rebuild it. The
# makes of several targets may do this at the same time.
$(B)/src/%.lock: image/sources.lock
	@mkdir -p $(@D)
	@scripts/check-lock $<
	@awk -v name=$* '$$1 == name' $< >$@.$$$$ && \
	    if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

$(B)/src/%/.unpacked: $(B)/src/%.lock
	$(Q)scripts/unpack $* $(@D)
	@touch $@

# The distribution's kernel headers without the libc's that lie beside them.
$(B)/$(ARCH)/uapi/.made:
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)for d in $(UAPI_$(ARCH)); do for h in linux asm asm-generic; do \
	    [ ! -d $$d/$$h ] || ln -sfn $$d/$$h $(@D)/$$h; done; done
	@test -e $(@D)/linux/vm_sockets.h || { echo "no Linux headers in" \
	    "$(UAPI_$(ARCH)): run \`make setup\`" >&2; exit 1; }
	@touch $@

$(SYSROOT)/lib/libc.a: $(B)/src/musl/.unpacked $(B)/$(ARCH)/uapi/.made
	$(call say,MUSL,$(ARCH))
	@rm -rf $(B)/$(ARCH)/musl $(SYSROOT) && mkdir -p $(B)/$(ARCH)/musl
	$(Q)cd $(B)/$(ARCH)/musl && CC='$(GUEST_CC)' AR='$(GUEST_AR)' \
	    RANLIB='$(CROSS)ranlib' CFLAGS='$(GUEST_BASE)' LDFLAGS= \
	    $(CURDIR)/scripts/progress 'musl $(ARCH)' log ../../src/musl/configure \
	    --target=$(ARCH)-linux-musl --prefix=/ --disable-shared
	$(Q)scripts/progress 'musl $(ARCH)' $(B)/$(ARCH)/musl/log $(MAKE) \
	    $(sub_jobs) -C $(B)/$(ARCH)/musl DESTDIR=$(CURDIR)/$(SYSROOT) \
	    CFLAGS='$(GUEST_BASE) -MD' \
	    install-headers install-libs

# $(call library,NAME,SOURCE,FILES,FLAGS,HOST_FILES): both archives of a library,
# of what is called and no more. FILES are shell patterns below the source's
# folder, HOST_FILES those that the host tool needs besides; FLAGS follow the
# general ones.
define library
$(SYSROOT)/lib/lib$(1).a: $(B)/src/$(2)/.unpacked $(SYSROOT)/lib/libc.a \
    image/thirdparty.mk
	$$(call say,LIB)
	$$(Q)JOBS=$(JOBS) AR='$(GUEST_AR)' CC='$$(GUEST_CC) -w $(GUEST_BASE) \
	    $$(GUEST_LIBC) $(4)' scripts/static-lib $$@ \
	    $(addprefix $(B)/src/$(2)/,$(3))

$(B)/host/lib/lib$(1).a: $(B)/src/$(2)/.unpacked image/thirdparty.mk
	$$(call say,LIB)
	@mkdir -p $$(@D)
	$$(Q)JOBS=$(JOBS) AR=ar CC='$(CCACHE) $(HOSTCC) -w -O2 -fPIE \
	    $(GUEST_REPRO) $(4)' scripts/static-lib $$@ \
	    $(addprefix $(B)/src/$(2)/,$(3) $(5))
endef

# SHA-2 and HMAC; for the host tool signatures, AES and GCM too, in constant time.
BEARSSL		:= src/codec/dec*.c src/codec/enc*.c src/mac/hmac.c \
	$(addprefix src/hash/,md5.c sha1.c sha2big.c sha2small.c)
BEARSSL_HOST	:= src/aead/gcm.c src/codec/ccopy.c \
	$(addprefix src/ec/,ec_prime_i31.c ec_pubkey.c ec_secp*.c \
	ecdsa_i31*.c ecdsa_rta.c) src/hash/ghash_ctmul64.c \
	src/int/i31_*.c src/int/i32_div32.c src/rand/hmac_drbg.c \
	$(addprefix src/rsa/,rsa_i31_pkcs1_vrfy.c rsa_i31_pub.c \
	rsa_pkcs1_sig_unpad.c) src/symcipher/aes_ct64*.c \
	src/symcipher/aes_x86ni*.c

$(eval $(call library,bearssl,bearssl,$(BEARSSL),-I$(B)/src/bearssl/inc \
	-I$(B)/src/bearssl/src,$(BEARSSL_HOST)))
$(eval $(call library,cjson,cjson,cJSON.c,-DCJSON_NESTING_LIMIT=64))
$(eval $(call library,protobuf-c,protobuf-c,protobuf-c/protobuf-c.c,\
	-I$(B)/src/protobuf-c))
$(eval $(call library,z,zlib,adler32.c crc32.c inffast.c inflate.c inftrees.c \
	zutil.c,-DHAVE_UNISTD_H -DHAVE_STDARG_H,deflate.c trees.c))

# The boot loaders of a Secure Execution image, made by s390-tools' own rules in
# a copy of what they need. The release that is compiled in is not to be a date.
SE_STAGES := $(B)/s390x/se/stage3a.bin $(B)/s390x/se/stage3b_reloc.bin

$(SE_STAGES) &: $(B)/src/s390-tools/.unpacked
	$(call say,STAGES,s390x)
	@rm -rf $(@D) && mkdir -p $(@D)/src/genprotimg
	@cd $(B)/src/s390-tools && cp -r common.mak include zipl \
	    $(CURDIR)/$(@D)/src
	@cp -r $(B)/src/s390-tools/genprotimg/boot $(@D)/src/genprotimg
	$(Q)scripts/progress stages $(@D)/log env -u V MAKEFLAGS= $(MAKE) \
	    -C $(@D)/src/genprotimg/boot HOST_ARCH=s390x \
	    CROSS_COMPILE=$(CROSS_s390x) S390_TOOLS_RELEASE=locked \
	    stage3a.bin stage3b_reloc.bin
	@cp $(patsubst %,$(@D)/src/genprotimg/boot/%,$(notdir $(SE_STAGES))) $(@D)

.PHONY: se-stages
se-stages: $(SE_STAGES) ## build the loaders of a Secure Execution image
