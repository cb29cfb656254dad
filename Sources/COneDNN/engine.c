#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <stdlib.h>

typedef void (*set_threads)(int);

// The OpenMP runtime is whichever oneDNN was built with, so it is looked up and not linked. Its
// setting belongs to the calling thread: it is made before each creation and execution.
void expandc_use_threads(const expandc_engine *engine) {
  if (engine->threads == 0) return;
  static set_threads function;
  set_threads known = __atomic_load_n(&function, __ATOMIC_ACQUIRE);
  if (!known) {
    known = (set_threads)dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (!known) return;
    __atomic_store_n(&function, known, __ATOMIC_RELEASE);
  }
  known(engine->threads);
}

expandc_status expandc_status_of(dnnl_status_t status) {
  switch (status) {
    case dnnl_success: return EXPANDC_OK;
    case dnnl_out_of_memory: return EXPANDC_OUT_OF_MEMORY;
    case dnnl_invalid_arguments: return EXPANDC_INVALID;
    case dnnl_unimplemented:
    case dnnl_iterator_ends: return EXPANDC_UNIMPLEMENTED;
    default: return EXPANDC_RUNTIME_ERROR;
  }
}

expandc_status expandc_engine_create(int threads, expandc_engine **engine) {
  if (threads < 0) return EXPANDC_INVALID;
  expandc_engine *created = calloc(1, sizeof *created);
  if (!created) return EXPANDC_OUT_OF_MEMORY;
  created->threads = threads;
  dnnl_status_t status = dnnl_engine_create(&created->engine, dnnl_cpu, 0);
  if (status == dnnl_success)
    status = dnnl_stream_create(&created->stream, created->engine, dnnl_stream_default_flags);
  if (status != dnnl_success) {
    expandc_engine_destroy(created);
    return expandc_status_of(status);
  }
  *engine = created;
  return EXPANDC_OK;
}

void expandc_engine_destroy(expandc_engine *engine) {
  if (engine->stream) dnnl_stream_destroy(engine->stream);
  if (engine->engine) dnnl_engine_destroy(engine->engine);
  free(engine);
}
