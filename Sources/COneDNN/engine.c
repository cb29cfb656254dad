#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <stdlib.h>

// The OpenMP runtime is whichever oneDNN was built with, so it is looked up and not linked. Its
// setting belongs to the calling thread: it is made before each creation and execution.
typedef void (*set_threads)(int);
typedef int (*get_threads)(void);

static void *once(void **cache, const char *name) {
  void *known = __atomic_load_n(cache, __ATOMIC_ACQUIRE);
  if (!known) {
    known = dlsym(RTLD_DEFAULT, name);
    __atomic_store_n(cache, known, __ATOMIC_RELEASE);
  }
  return known;
}

void expandc_use_threads(const expandc_engine *engine) {
  static void *cache;
  set_threads set = (set_threads)once(&cache, "omp_set_num_threads");
  if (set && engine->threads > 0) set(engine->threads);
}

// What OpenMP would use, asked for before any engine has set it.
static int default_threads(void) {
  static int known;
  int threads = __atomic_load_n(&known, __ATOMIC_ACQUIRE);
  if (threads == 0) {
    get_threads get = (get_threads)dlsym(RTLD_DEFAULT, "omp_get_max_threads");
    threads = get ? get() : 0;
    __atomic_store_n(&known, threads, __ATOMIC_RELEASE);
  }
  return threads;
}

expandc_status expandc_status_of(dnnl_status_t status) {
  switch (status) {
    case dnnl_success: return EXPANDC_OK;
    case dnnl_out_of_memory: return EXPANDC_OUT_OF_MEMORY;
    case dnnl_invalid_arguments: return EXPANDC_INVALID;
    case dnnl_unimplemented:
    case dnnl_last_impl_reached: return EXPANDC_UNIMPLEMENTED;
    default: return EXPANDC_RUNTIME_ERROR;
  }
}

expandc_status expandc_engine_create(int threads, expandc_engine **engine) {
  if (threads < 0) return EXPANDC_INVALID;
  expandc_engine *created = calloc(1, sizeof *created);
  if (!created) return EXPANDC_OUT_OF_MEMORY;
  int usual = default_threads();
  created->threads = threads ? threads : usual;
  dnnl_status_t status = dnnl_engine_create(&created->engine, dnnl_cpu, 0);
  if (status == dnnl_success)
    status = dnnl_stream_create(&created->stream, created->engine, dnnl_stream_default_flags);
  if (status != dnnl_success) {
    expandc_engine_destroy(created);
    return expandc_status_of(status);
  }
  expandc_use_threads(created);
  *engine = created;
  return EXPANDC_OK;
}

int expandc_engine_threads(const expandc_engine *engine) { return engine->threads; }

void expandc_forget_primitives(void) {
  int capacity;
  if (dnnl_get_primitive_cache_capacity(&capacity) != dnnl_success) return;
  dnnl_set_primitive_cache_capacity(0);
  dnnl_set_primitive_cache_capacity(capacity);
}

void expandc_engine_destroy(expandc_engine *engine) {
  if (engine->stream) dnnl_stream_destroy(engine->stream);
  if (engine->engine) dnnl_engine_destroy(engine->engine);
  free(engine);
}
