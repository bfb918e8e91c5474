#include "measurements/format/fast_sha2.h"

/*
 * The instruction CPUID takes microseconds in a virtual machine. glibc has used
 * it by the time that main() runs, and keeps the answers.
 */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)

#include <sys/platform/x86.h>

unsigned
fast_sha2_paths(unsigned paths)
{
	unsigned have = 0;

	if (CPU_FEATURE_PRESENT(SHA) && CPU_FEATURE_PRESENT(SSSE3) &&
	    CPU_FEATURE_PRESENT(SSE4_1))
		have |= FAST_SHA2_256;
	if (CPU_FEATURE_ACTIVE(AVX2) && CPU_FEATURE_PRESENT(BMI1) &&
	    CPU_FEATURE_PRESENT(BMI2))
		have |= FAST_SHA2_512;
	return paths & have;
}

#elif defined(__x86_64__)

#include <cpuid.h>

enum {
	CPUID_7_EBX_SHA = 1 << 29
};

unsigned
fast_sha2_paths(unsigned paths)
{
	unsigned eax, ebx, ecx, edx, have = 0;

	if (__builtin_cpu_supports("ssse3") &&
	    __builtin_cpu_supports("sse4.1") &&
	    __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) &&
	    (ebx & CPUID_7_EBX_SHA))
		have |= FAST_SHA2_256;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2"))
		have |= FAST_SHA2_512;
	return paths & have;
}

#else

unsigned
fast_sha2_paths(unsigned paths)
{
	(void)paths;
	return 0;
}

#endif
