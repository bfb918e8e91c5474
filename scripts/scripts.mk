# scripts/: set-up and checks.

.PHONY: setup lint repro
setup: ## install and fetch what is missing on this machine
	$(Q)scripts/setup

lint: $(B)/$(ARCH)/init ## style and safety rules
	$(Q)scripts/lint $(B) $(B)/$(ARCH)/init

repro: ## build twice, differently, and compare; KERNEL=0 leaves it out
	$(Q)scripts/check-repro
