// A uniform face over the oneDNN C API, whichever major version is installed.
//
// Every function that can fail returns an expandc_status and writes its result through its last
// parameter, which is left alone on failure. Nothing here aborts. Elements are 32-bit floats.
// Layout parameters named `bias` may be NULL: no bias.

#ifndef EXPANDC_ONEDNN_H
#define EXPANDC_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPANDC_MAXIMUM_RANK = 12 };

typedef enum expandc_status {
  EXPANDC_OK = 0,
  EXPANDC_OUT_OF_MEMORY = 1,
  EXPANDC_INVALID = 2,
  EXPANDC_UNIMPLEMENTED = 3,
  EXPANDC_RUNTIME_ERROR = 4,
} expandc_status;

typedef struct expandc_engine expandc_engine;
typedef struct expandc_layout expandc_layout;
typedef struct expandc_primitive expandc_primitive;
typedef struct expandc_bound expandc_bound;

// The argument of a primitive that a pointer or a layout belongs to. Source i of a primitive with
// any number of sources is EXPANDC_MULTIPLE_SOURCE + i.
typedef enum expandc_role {
  EXPANDC_SOURCE,
  EXPANDC_SOURCE_1,
  EXPANDC_WEIGHTS,
  EXPANDC_BIAS,
  EXPANDC_DESTINATION,
  EXPANDC_MEAN,
  EXPANDC_VARIANCE,
  EXPANDC_SCALE,
  EXPANDC_SHIFT,
  EXPANDC_GRADIENT_SOURCE,
  EXPANDC_GRADIENT_WEIGHTS,
  EXPANDC_GRADIENT_BIAS,
  EXPANDC_GRADIENT_DESTINATION,
  EXPANDC_GRADIENT_SCALE,
  EXPANDC_GRADIENT_SHIFT,
  EXPANDC_WORKSPACE,
  EXPANDC_SCRATCHPAD,
  EXPANDC_MULTIPLE_SOURCE = 1024,
} expandc_role;

typedef enum expandc_elementwise {
  EXPANDC_RELU,          // alpha: slope below zero
  EXPANDC_CLIP,          // alpha: lower bound, beta: upper bound
  EXPANDC_LOGISTIC,
  EXPANDC_TANH,
  EXPANDC_LINEAR,        // alpha x + beta
  EXPANDC_ELU,           // alpha
  EXPANDC_SOFTPLUS,
  EXPANDC_EXPONENTIAL,
  EXPANDC_SQUARE_ROOT,
  EXPANDC_ABSOLUTE,
  EXPANDC_POWER,         // alpha x^beta
  EXPANDC_GELU,          // by the error function
  EXPANDC_HARD_SWISH,
} expandc_elementwise;

typedef enum expandc_binary {
  EXPANDC_ADD,
  EXPANDC_SUBTRACT,
  EXPANDC_MULTIPLY,
  EXPANDC_DIVIDE,
  EXPANDC_MINIMUM,
  EXPANDC_MAXIMUM,
} expandc_binary;

typedef enum expandc_reduction {
  EXPANDC_REDUCE_SUM,
  EXPANDC_REDUCE_MEAN,
  EXPANDC_REDUCE_MAXIMUM,
  EXPANDC_REDUCE_MINIMUM,
} expandc_reduction;

typedef enum expandc_pooling {
  EXPANDC_POOL_MAXIMUM,
  EXPANDC_POOL_AVERAGE_WITH_PADDING,
  EXPANDC_POOL_AVERAGE_WITHOUT_PADDING,
} expandc_pooling;

typedef enum expandc_resampling {
  EXPANDC_RESAMPLE_NEAREST,
  EXPANDC_RESAMPLE_LINEAR,
} expandc_resampling;

// A sliding window over up to three spatial axes, outermost first. Dilation 1 is dense.
typedef struct expandc_window {
  int64_t kernel[3];
  int64_t strides[3];
  int64_t dilations[3];
  int64_t pads_begin[3];
  int64_t pads_end[3];
} expandc_window;

// Engine: a CPU engine, its stream, and the number of threads of what runs on it.
// `threads` 0 is the number that the OpenMP runtime would use.
expandc_status expandc_engine_create(int threads, expandc_engine **engine);
// 0 where nobody knows.
int expandc_engine_threads(const expandc_engine *engine);
void expandc_engine_destroy(expandc_engine *engine);
// Frees what the library keeps of destroyed primitives, to create the same ones faster.
void expandc_forget_primitives(void);

// Layouts. Without strides (NULL) a layout is dense and row-major. "Any" lets a primitive choose.
expandc_status expandc_layout_create(
    int rank, const int64_t *shape, const int64_t *strides, expandc_layout **layout);
expandc_status expandc_layout_create_any(int rank, const int64_t *shape, expandc_layout **layout);
// In blocks of 8 or 16 along axis 1; of rank 3 to 5.
expandc_status expandc_layout_create_blocked(
    int rank, const int64_t *shape, int width, expandc_layout **layout);
expandc_status expandc_layout_submemory(
    const expandc_layout *parent, const int64_t *offsets, const int64_t *extents,
    expandc_layout **layout);
// Axis i of the result is axis `axes[i]` of `layout`.
expandc_status expandc_layout_permute(
    const expandc_layout *layout, const int *axes, expandc_layout **result);
expandc_status expandc_layout_reshape(
    const expandc_layout *layout, int rank, const int64_t *shape, expandc_layout **result);
void expandc_layout_destroy(expandc_layout *layout);

bool expandc_layout_equal(const expandc_layout *a, const expandc_layout *b);
// Whether both put every element in the same place; for undecided and most blocked layouts false.
bool expandc_layout_same_bytes(const expandc_layout *a, const expandc_layout *b);
bool expandc_layout_is_any(const expandc_layout *layout);
// Dense, row-major, at offset zero, not blocked.
bool expandc_layout_is_plain(const expandc_layout *layout);
size_t expandc_layout_byte_count(const expandc_layout *layout);
int expandc_layout_rank(const expandc_layout *layout);
// `shape` has room for the rank.
void expandc_layout_shape(const expandc_layout *layout, int64_t *shape);
// The strides in elements; false where the layout is blocked or undecided.
bool expandc_layout_strides(const expandc_layout *layout, int64_t *strides);

// Primitives. The layout of a role is NULL where the primitive has no such argument, or where it
// takes no bytes; the caller destroys it.
expandc_layout *expandc_primitive_layout(const expandc_primitive *primitive, int role);
const char *expandc_primitive_implementation(const expandc_primitive *primitive);
void expandc_primitive_destroy(expandc_primitive *primitive);

// A primitive with the pointers of its `count` arguments. Executing it waits until it is done.
expandc_status expandc_bound_create(
    const expandc_primitive *primitive, const expandc_engine *engine, int count, const int *roles,
    void *const *pointers, expandc_bound **bound);
expandc_status expandc_bound_execute(const expandc_bound *bound);
void expandc_bound_destroy(expandc_bound *bound);

// Convolutions. Weights are [O, I, k...], or [g, O/g, I/g, k...] where grouped. `forward` is the
// forward primitive of the same problem. `rectified`: ReLU of the result.
expandc_status expandc_convolution_forward(
    const expandc_engine *engine, bool training, bool rectified, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    const expandc_window *window, expandc_primitive **primitive);
expandc_status expandc_convolution_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_window *window, const expandc_primitive *forward, expandc_primitive **primitive);
expandc_status expandc_convolution_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_window *window,
    const expandc_primitive *forward, expandc_primitive **primitive);

// Transposed convolutions; weights as above, O being the channels of the destination.
expandc_status expandc_transposed_convolution_forward(
    const expandc_engine *engine, bool training, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    const expandc_window *window, expandc_primitive **primitive);
expandc_status expandc_transposed_convolution_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_window *window, const expandc_primitive *forward, expandc_primitive **primitive);
expandc_status expandc_transposed_convolution_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_window *window,
    const expandc_primitive *forward, expandc_primitive **primitive);

// Inner products: source [N, I, ...], weights [O, I, ...], destination [N, O].
expandc_status expandc_inner_product_forward(
    const expandc_engine *engine, bool training, bool rectified, const expandc_layout *source,
    const expandc_layout *weights, const expandc_layout *bias, const expandc_layout *destination,
    expandc_primitive **primitive);
expandc_status expandc_inner_product_backward_data(
    const expandc_engine *engine, const expandc_layout *gradient_source,
    const expandc_layout *weights, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive);
expandc_status expandc_inner_product_backward_weights(
    const expandc_engine *engine, const expandc_layout *source,
    const expandc_layout *gradient_weights, const expandc_layout *gradient_bias,
    const expandc_layout *gradient_destination, const expandc_primitive *forward,
    expandc_primitive **primitive);

// Matrix products: [..., M, K] x [..., K, N] -> [..., M, N]; bias [1, ..., N].
expandc_status expandc_matrix_product(
    const expandc_engine *engine, const expandc_layout *source, const expandc_layout *weights,
    const expandc_layout *bias, const expandc_layout *destination, expandc_primitive **primitive);

// Batch normalisation over axis 1 with scale and shift. `given`: mean and variance are arguments
// that are read; otherwise the forward primitive writes the batch's. `rectified`: ReLU of the
// result; in training the forward primitive leaves a workspace for the backward one.
expandc_status expandc_batch_normalization_forward(
    const expandc_engine *engine, bool training, bool given, bool rectified,
    const expandc_layout *source, float epsilon, expandc_primitive **primitive);
expandc_status expandc_batch_normalization_backward(
    const expandc_engine *engine, bool given, bool rectified, const expandc_layout *source,
    const expandc_layout *gradient, float epsilon, const expandc_primitive *forward,
    expandc_primitive **primitive);

expandc_status expandc_elementwise_forward(
    const expandc_engine *engine, bool training, expandc_elementwise function, float alpha,
    float beta, const expandc_layout *source, expandc_primitive **primitive);
expandc_status expandc_elementwise_backward(
    const expandc_engine *engine, expandc_elementwise function, float alpha, float beta,
    const expandc_layout *source, const expandc_layout *gradient, const expandc_primitive *forward,
    expandc_primitive **primitive);

expandc_status expandc_pooling_forward(
    const expandc_engine *engine, bool training, expandc_pooling function,
    const expandc_layout *source, const expandc_layout *destination, const expandc_window *window,
    expandc_primitive **primitive);
expandc_status expandc_pooling_backward(
    const expandc_engine *engine, expandc_pooling function, const expandc_layout *gradient_source,
    const expandc_layout *gradient_destination, const expandc_window *window,
    const expandc_primitive *forward, expandc_primitive **primitive);

// Extents of `source_1` that are 1 are repeated.
expandc_status expandc_binary_create(
    const expandc_engine *engine, expandc_binary function, const expandc_layout *source,
    const expandc_layout *source_1, const expandc_layout *destination,
    expandc_primitive **primitive);

// The sum of scales[i] times source i.
expandc_status expandc_sum_create(
    const expandc_engine *engine, int count, const float *scales,
    const expandc_layout *const *sources, const expandc_layout *destination,
    expandc_primitive **primitive);

expandc_status expandc_concatenation_create(
    const expandc_engine *engine, int count, int axis, const expandc_layout *const *sources,
    const expandc_layout *destination, expandc_primitive **primitive);

// Reduces the axes whose extent is 1 in `destination`.
expandc_status expandc_reduction_create(
    const expandc_engine *engine, expandc_reduction function, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive);

// Half-pixel coordinates; factors are the quotients of the extents.
expandc_status expandc_resampling_forward(
    const expandc_engine *engine, bool training, expandc_resampling function,
    const expandc_layout *source, const expandc_layout *destination,
    expandc_primitive **primitive);
expandc_status expandc_resampling_backward(
    const expandc_engine *engine, expandc_resampling function,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive);

expandc_status expandc_softmax_forward(
    const expandc_engine *engine, bool training, int axis, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive);
expandc_status expandc_softmax_backward(
    const expandc_engine *engine, int axis, const expandc_layout *destination,
    const expandc_layout *gradient_source, const expandc_layout *gradient_destination,
    const expandc_primitive *forward, expandc_primitive **primitive);

// destination = scale * source, or destination += scale * source where `accumulate`.
expandc_status expandc_reorder_create(
    const expandc_engine *engine, float scale, bool accumulate, const expandc_layout *source,
    const expandc_layout *destination, expandc_primitive **primitive);

#endif
