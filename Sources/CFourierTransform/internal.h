#ifndef CFOURIERTRANSFORM_INTERNAL_H
#define CFOURIERTRANSFORM_INTERNAL_H

#include "CFourierTransform.h"

// The compiler makes these loops once for each level of the instruction set, as Swift, which
// compiles for the least processor, can't; which of them runs is decided when the program starts.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
// What such a function calls has to become part of it.
#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(FOURIER_LANES * sizeof(float)), aligned(4)));

enum { MOST_PASSES = 4, MOST_POINTS = FOURIER_LONGEST * FOURIER_LONGEST };

struct fourier_axis {
  int32_t length, passes;
  int32_t radix[MOST_PASSES];
  // For each pass, each p below its part of the length and each k from 1 on: cos and −sin of
  // 2π·p·k/(what was left of the length).
  float twiddles[2 * FOURIER_LONGEST];
};

struct fourier_plan {
  struct fourier_axis rows, columns;
  int32_t slots;
  // For each slot the points of f and −f.
  int32_t point[MOST_POINTS], mirror[MOST_POINTS];
};

// The numbers of a plane, the real parts and the imaginary ones.
struct plane {
  lanes re[MOST_POINTS], im[MOST_POINTS];
};

#endif
