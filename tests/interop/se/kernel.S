/*
 * In place of Linux: stops at 0x600d when stage3b has put the command line
 * "a=1" and the initrd "initrd" where Linux looks for them, else at a number
 * that says what is missing.
 */
	.org	0x10000
	.globl _start
_start:	j	check
	.org	0x10008
	.ascii	"S390EP"
	.org	0x10408
initrd:	.quad	0
size:	.quad	0
	.org	0x10430
	.quad	896
	.org	0x10480
cmdline: .skip	896
check:	lghi	%r9, 1
	larl	%r1, cmdline
	larl	%r2, want
	clc	0(4,%r1), 0(%r2)
	jne	done
	lghi	%r9, 2
	larl	%r1, initrd
	lg	%r1, 0(%r1)
	clc	0(6,%r1), 4(%r2)
	jne	done
	lghi	%r9, 3
	larl	%r1, size
	lg	%r1, 0(%r1)
	cghi	%r1, 6
	jne	done
	llill	%r9, 0x600d
done:	larl	%r6, psw
	stg	%r9, 8(%r6)
	lpswe	0(%r6)
	.balign	8
want:	.ascii	"a=1"
	.byte	0
	.ascii	"initrd"
	.balign	8
psw:	.quad	0x0002000180000000, 0
