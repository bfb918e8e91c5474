/*
 * In place of stage3a, for a machine without an Ultravisor and an image whose
 * components are in the clear: enters the last component that the IPL
 * parameter block tells of, as the guest is entered once it is unpacked.
 */
	.globl _start
_start:
	.org	0x1000
	larl	%r1, args
	lg	%r2, 16(%r1)
	agr	%r2, %r1
	llgf	%r3, 116(%r2)
	mghi	%r3, 24
	la	%r4, 0(%r3,%r2)
	lg	%r5, 120(%r4)
	larl	%r6, psw
	stg	%r5, 8(%r6)
	lpswe	0(%r6)
	.balign	8
psw:	.quad	0x180000000, 0
args:	.quad	0, 0, 0
