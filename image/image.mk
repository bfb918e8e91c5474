# image/: packers. What is in an image is told by guest/.

include image/thirdparty.mk

MKCPIO	:= $(B)/bin/mkcpio
MKTAR	:= $(B)/bin/mktar
MKEROFS	:= $(B)/bin/mkerofs
MKVERITY := $(B)/bin/mkverity
MKOCI	:= $(B)/bin/mkoci
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

.PHONY: lock-update
lock-update: ## NAME=linux: lock the newest version of its series
	$(Q)scripts/lock-update '$(NAME)'
