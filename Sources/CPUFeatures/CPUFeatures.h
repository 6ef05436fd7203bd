// Asks the CPU which instruction sets it runs. Everything else is Swift.
#pragma once

#include <stdbool.h>

#if defined(__x86_64__)

/// AVX2, FMA, BMI1 and BMI2; every CPU that has these has the rest of x86-64-v3.
static inline bool cpu_supports_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/// The AVX-512 subsets of x86-64-v4.
static inline bool cpu_supports_avx512(void) {
  __builtin_cpu_init();
  return cpu_supports_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#endif
