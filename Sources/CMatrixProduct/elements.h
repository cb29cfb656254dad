#ifndef ELEMENTS_H
#define ELEMENTS_H

#include "CMatrixProduct.h"

#include <string.h>

static inline size_t size_of(enum matrix_element element) {
  return element == MATRIX_OF_DOUBLES ? sizeof(double) : sizeof(float);
}

/// Tensors in files may lie at any address, so that a number is copied before it is read.
static inline double number(const char *source, enum matrix_element element) {
  if (element == MATRIX_OF_DOUBLES) {
    double number;
    memcpy(&number, source, sizeof number);
    return number;
  }
  float number;
  memcpy(&number, source, sizeof number);
  return number;
}

#endif
