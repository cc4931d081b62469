// All kernels for one level of the processor: compiled once for each, with VL and KERNELS set.
#include "kernel.h"
#include <cstring>
#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// All that follows belongs to this level alone: of functions that have one name in several levels, the linker would keep
// one copy, and it could be of instructions that this processor does not know.
namespace {

#include "classification.h"
#include "data.h"
#include "convolution/filter_gradient.h"
#include "pooled/masked_gradient.h"
#include "products/matmul.h"
#include "normalization.h"
#include "convolution/panel_gradient.h"
#include "pooling.h"
#include "reduce.h"
#include "pooled/sparse.h"
#include "updates.h"
#include "convolution/wanted.h"
#include "convolution/winograd_gradient.h"

#define KERNEL(name, fits) {#name, name##Run, fits},

static const Kernel ALL[] = {
  // elementwise.h
  KERNEL(sqrt, unaryFits) KERNEL(exp, unaryFits) KERNEL(expm1, unaryFits) KERNEL(rsqrt, unaryFits) KERNEL(log, unaryFits)
  KERNEL(erf, unaryFits) KERNEL(abs, unaryFits) KERNEL(relu, unaryFits) KERNEL(relu6, unaryFits) KERNEL(elu, unaryFits)
  KERNEL(sigmoid, unaryFits) KERNEL(tanh, unaryFits) KERNEL(copy, unaryFits) KERNEL(leakyRelu, unaryFits)
  KERNEL(intsToFloats, unaryFits) KERNEL(floatsToInts, unaryFits) KERNEL(add, binaryFits) KERNEL(subtract, binaryFits)
  KERNEL(multiply, binaryFits) KERNEL(divide, binaryFits) KERNEL(maximum, binaryFits) KERNEL(minimum, binaryFits)
  KERNEL(equal, binaryFits) KERNEL(reluGradient, binaryFits) KERNEL(relu6Gradient, binaryFits)
  KERNEL(eluGradient, binaryFits) KERNEL(sigmoidGradient, binaryFits) KERNEL(tanhGradient, binaryFits)
  KERNEL(leakyReluGradient, binaryFits) KERNEL(equalInts, equalIntsFits)
  // data.h
  KERNEL(gather, gatherFits) KERNEL(copyBox, copyBoxFits) KERNEL(fill, fillFits) KERNEL(dropoutMask, dropoutMaskFits)
  KERNEL(movePixels, movePixelsFits)
  // reduce.h, matmul.h
  KERNEL(sumRows, sumRowsFits) KERNEL(sumParts, sumPartsFits) KERNEL(mergeParts, mergePartsFits) KERNEL(matMul, matMulFits)
  KERNEL(packColumns, packColumnsFits) KERNEL(matMulPacked, matMulPackedFits) KERNEL(matMulColumns, matMulColumnsFits)
  // convolution.h, pooling.h
  KERNEL(conv2d, conv2dFits) KERNEL(turnFilter, turnFilterFits) KERNEL(conv2dInputGradient, conv2dInputGradientFits)
  KERNEL(conv2dFilterGradient, conv2dFilterGradientFits) KERNEL(maxPool2d, pool2dFits)
  KERNEL(pooledInputGradient, pooledInputGradientFits) KERNEL(pooledFilterGradient, pooledFilterGradientFits)
  KERNEL(maxPool2dGradient, maxPool2dGradientFits) KERNEL(averagePool2d, pool2dFits)
  KERNEL(averagePool2dGradient, averagePool2dGradientFits) KERNEL(maxPool2dPlaces, maxPool2dPlacesFits)
  KERNEL(maskedFilterGradient, maskedFilterGradientFits)
  // wanted.h, panel_gradient.h, winograd.h, winograd_gradient.h
  KERNEL(wantedInputGradient, wantedInputGradientFits)
  KERNEL(panelFilterGradient, panelFilterGradientFits) KERNEL(winograd, winogradFits)
  KERNEL(winogradFilter, winogradFilterFits) KERNEL(winogradFilterGradient, winogradFilterGradientFits)
  // normalization.h
  KERNEL(moments, momentsFits) KERNEL(mergeMoments, mergeMomentsFits) KERNEL(normalize, normalizeFits)
  KERNEL(normGradients, normGradientsFits) KERNEL(normInputGradient, normInputGradientFits)
  // classification.h
  KERNEL(softmax, classesFit) KERNEL(logSoftmax, classesFit) KERNEL(softmaxCrossEntropy, perLabelFits)
  KERNEL(softmaxCrossEntropyGradient, entropyGradientFits) KERNEL(negativeLogLikelihood, perLabelFits)
  KERNEL(negativeLogLikelihoodGradient, ofLabelFits) KERNEL(argMax, argMaxFits)
  // updates.h
  KERNEL(gradientDescent, gradientDescentFits) KERNEL(momentum, momentumFits) KERNEL(adam, adamFits)
};

}  // namespace

KernelTable KERNELS() { return {ALL, (int)(sizeof ALL / sizeof *ALL), VL}; }
