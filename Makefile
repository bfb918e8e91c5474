# Husk: the one entry to build, measure, boot and test. `make help` lists the
# targets. Non-recursive: one .mk file a folder; everything lands in $(B).

B		?= build
DL_DIR		?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/husk
VERSION		:= 0.1.0
SOURCE_DATE_EPOCH := 1735689600
HOSTCC		?= cc
JOBS		?= $(shell nproc)

-include config.mk

# A target is for one architecture; ARCH alone stands for a target of it.
ifdef ARCH
TARGET		?= $(if $(filter s390x,$(ARCH)),se,coco-dev)
else
TARGET		?= coco-dev
endif
ifeq ($(wildcard boot/targets/$(TARGET).conf),)
$(error no target '$(TARGET)'; there are: \
	$(sort $(basename $(notdir $(wildcard boot/targets/*.conf)))))
endif
TARGET_ARCH	:= $(shell sed -n 's/^ARCH=//p' boot/targets/$(TARGET).conf)
TARGET_ROOTFS	:= $(shell . boot/targets/$(TARGET).conf && echo $$ROOTFS)
ARCH		?= $(or $(TARGET_ARCH),x86_64)
ifneq ($(filter-out $(ARCH),$(TARGET_ARCH)),)
$(error target '$(TARGET)' is for $(TARGET_ARCH), not for $(ARCH))
endif

MAKEFLAGS	+= --no-builtin-rules --no-builtin-variables
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL	:= all
SHELL		:= /bin/sh

export LC_ALL := C
export TZ := UTC
export SOURCE_DATE_EPOCH DL_DIR V B

Q		:= $(if $(V),,@)
say		= @printf '  %-8s %s\n' '$(1)' '$(or $(2),$@)'

WARN	:= -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wdate-time -Werror
CSTD	:= -std=c11 -D_GNU_SOURCE -DHUSK_VERSION='"$(VERSION)"'
CREPRO	:= -ffile-prefix-map=$(CURDIR)=. -fno-ident
INCLUDE	:= -Iagent -I. -I$(B)/gen

.PHONY: all
all: husk image kernel ## build the host tool, the target's image and kernel

include scripts/scripts.mk
include boot/targets.mk
include image/image.mk
include kernel-config/kernel-config.mk
include guest/guest.mk
include guest/nvidia.mk
include image/disk.mk
include image/se.mk
include agent/agent.mk
include measurements/measurements.mk
include boot/boot.mk
include tests/tests.mk

.PHONY: run
run: setup ## everything: set up, build, measure, boot, run a container
	+$(Q)$(MAKE) --no-print-directory $(sub_jobs) boot-ready
	$(Q)$(MAKE) --no-print-directory run-target

.PHONY: check
check: setup ## set up and run every test
	+$(Q)$(MAKE) --no-print-directory $(sub_jobs) unit
	$(Q)$(MAKE) --no-print-directory check-all

.PHONY: clean
clean: ## remove everything that was built (downloads stay in DL_DIR)
	$(Q)rm -rf $(B)

.PHONY: help
help: ## list the targets
	@echo 'make TARGET [B=build] [TARGET=coco-dev] [ARCH=x86_64] [V=1]'
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
	    sort -u | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'
