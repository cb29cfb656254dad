#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

#include <stdint.h>

/// How often the calling thread has asked for memory so far, in any library of the process; -1
/// where that isn't counted: with the sanitizers, and without glibc.
int64_t allocation_count(void);

#endif
