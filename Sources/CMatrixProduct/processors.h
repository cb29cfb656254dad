#ifndef PROCESSORS_H
#define PROCESSORS_H

// Doubles are multiplied here and not in Swift for the sake of the instruction set: Swift compiles
// for the least processor. The compiler makes vectors of these loops once for each level of the
// instruction set; which of them runs is decided when the program starts.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

#endif
