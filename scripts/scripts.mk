# scripts/: set-up and the reproducibility check.

.PHONY: setup repro
setup: ## install and fetch what is missing on this machine
	$(Q)scripts/setup

repro: ## build twice, differently, and compare; KERNEL=0 leaves the kernel out
	$(Q)KERNEL=$(or $(KERNEL),1) ARCH=$(ARCH) scripts/check-repro
