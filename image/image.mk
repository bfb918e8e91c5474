# image/: packers. What is in an image is told by guest/.

include image/thirdparty.mk

MKCPIO	:= $(B)/bin/mkcpio
MKTAR	:= $(B)/bin/mktar
MKEROFS	:= $(B)/bin/mkerofs
MKVERITY := $(B)/bin/mkverity
MKOCI	:= $(B)/bin/mkoci
MKSE	:= $(B)/bin/mkse
MKUKI	:= $(B)/bin/mkuki
MKDISK	:= $(B)/bin/mkdisk
PACKERS	:= $(MKCPIO) $(MKTAR) $(MKEROFS) $(MKVERITY) $(MKOCI) $(MKSE) $(MKUKI) \
	$(MKDISK)
ZSTD	:= zstd -q -f -19 --single-thread --no-progress

$(MKCPIO) $(MKTAR) $(MKEROFS): $(B)/bin/%: image/%.c image/spec.c image/spec.h
	$(call say,HOSTCC)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(WARN) -O2 -I. -o $@ $< image/spec.c

$(MKOCI) $(MKVERITY): $(B)/bin/%: image/%.c $(B)/host/lib/libbearssl.a
	$(call say,HOSTCC)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(CSTD) $(WARN) -O2 -isystem $(B)/src/bearssl/inc \
	    -o $@ $< $(B)/host/lib/libbearssl.a

# The host tool's objects, without its verbs.
MKSE_OBJ := $(patsubst %.c,$(B)/host/obj/%.o,$(sort image/mkse.c \
	$(wildcard agent/base/*.c agent/codec/*.c agent/crypto/*.c \
	agent/initdata/*.c \
	measurements/format/*.c measurements/se/*.c) \
	$(patsubst %,measurements/cli/%.c,input opt optlist separts)))
# These share the agent's base module.
PACKER_BASE := $(patsubst %.c,$(B)/host/obj/%.o,$(wildcard agent/base/*.c) \
	image/bytes.c)
PACKER_DISK := $(patsubst %,$(B)/host/obj/image/%.o,disk gpt fat32 forms)

$(MKSE): $(MKSE_OBJ) $(HOST_LIBS)
$(MKUKI): $(B)/host/obj/image/mkuki.o $(PACKER_BASE)
$(MKDISK): $(B)/host/obj/image/mkdisk.o $(PACKER_DISK) $(PACKER_BASE)
$(MKSE) $(MKUKI) $(MKDISK):
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -pie -Wl,-z,relro,-z,now -o $@ $^

-include $(B)/host/obj/image/*.d

.PHONY: lock-update
lock-update: ## NAME=linux: lock the newest version of its series; or NAME=hermetic
	$(Q)$(if $(filter hermetic,$(NAME)),scripts/hermetic-lock, \
	    scripts/lock-update '$(NAME)')
