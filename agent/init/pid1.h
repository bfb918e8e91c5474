/*
 * init/pid1 -- the first process: set up the guest, supervise, power off
 *
 * Anything that fails before the guest serves is one line on the console
 * that names the step and the reason, and then the power goes off: there is
 * no half-configured guest. The steps are two tables in pid1.c.
 *
 * Files of the rootfs that it reads:
 *	/etc/husk/target	the target's name, one word; needed
 *	/etc/husk/debug		its presence allows husk.report on any target
 *	/etc/hostname		first word is the host's name, else localhost
 *
 * The policy and the guest's initdata are read by the sandbox role, before it
 * is ready: sandbox/policy_source.h.
 */
#ifndef INIT_PID1_H
#define INIT_PID1_H

/* Be PID 1. Never returns. */
void pid1_main(void) __attribute__((noreturn));

#endif
