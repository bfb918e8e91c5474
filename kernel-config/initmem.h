/*
 * Included before each of the kernel's files called init.c, of which one frees
 * the memory that only its start needed: it fills that with no pattern first.
 * An emulator has translated the code there, and takes 0.1 s to notice each of
 * the writes. What was there can be neither run (it is no longer executable) nor
 * read: memory is zeroed when it is allocated (CONFIG_INIT_ON_ALLOC_DEFAULT_ON).
 */
#include <linux/poison.h>

#undef POISON_FREE_INITMEM
#define POISON_FREE_INITMEM -1
