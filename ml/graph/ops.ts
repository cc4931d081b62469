/** Every operation by name: what autodiff and the passes look operations up in. */
import type { Op, OpKind } from "./tensor.ts";
import * as activations from "./ops/activations.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as classification from "./ops/classification.ts";
import * as data from "./ops/data.ts";
import * as dense from "./ops/dense.ts";
import * as functions from "./ops/functions.ts";
import * as movement from "./ops/movement.ts";
import * as image from "./ops/image.ts";
import * as normalization from "./ops/normalization.ts";
import * as sources from "./ops/sources.ts";

/** The operations. */
export const OPS: { readonly [Kind in OpKind]: Op<Kind> } = {
  variable: sources.variableOp,
  placeholder: sources.placeholderOp,
  constant: sources.constantOp,
  dropoutMask: sources.dropoutMaskOp,
  gatherRows: data.gatherRowsOp,
  sliceRows: data.sliceRowsOp,
  cast: data.castOp,
  reshape: data.reshapeOp,
  broadcastTo: arithmetic.broadcastToOp,
  slice: data.sliceOp,
  pad: data.padOp,
  concat: data.concatOp,
  movePixels: movement.movePixelsOp,
  add: arithmetic.addOp,
  addN: arithmetic.addNOp,
  subtract: arithmetic.subtractOp,
  multiply: arithmetic.multiplyOp,
  divide: arithmetic.divideOp,
  sqrt: arithmetic.sqrtOp,
  exp: arithmetic.expOp,
  expm1: arithmetic.expm1Op,
  rsqrt: functions.rsqrtOp,
  log: functions.logOp,
  erf: functions.erfOp,
  abs: functions.absOp,
  maximum: functions.maximumOp,
  minimum: functions.minimumOp,
  sum: arithmetic.sumOp,
  matMul: dense.matMulOp,
  biasAdd: dense.biasAddOp,
  biasGradient: dense.biasGradientOp,
  relu: dense.reluOp,
  reluGradient: dense.reluGradientOp,
  relu6: activations.relu6Op,
  relu6Gradient: activations.relu6GradientOp,
  leakyRelu: activations.leakyReluOp,
  leakyReluGradient: activations.leakyReluGradientOp,
  elu: activations.eluOp,
  eluGradient: activations.eluGradientOp,
  sigmoid: activations.sigmoidOp,
  sigmoidGradient: activations.sigmoidGradientOp,
  tanh: activations.tanhOp,
  tanhGradient: activations.tanhGradientOp,
  conv2d: image.conv2dOp,
  conv2dInputGradient: image.conv2dInputGradientOp,
  conv2dFilterGradient: image.conv2dFilterGradientOp,
  maxPool2d: image.maxPool2dOp,
  maxPool2dGradient: image.maxPool2dGradientOp,
  averagePool2d: image.averagePool2dOp,
  averagePool2dGradient: image.averagePool2dGradientOp,
  batchNorm: normalization.batchNormOp,
  batchMean: normalization.batchMeanOp,
  batchVariance: normalization.batchVarianceOp,
  batchNormInputGradient: normalization.batchNormInputGradientOp,
  batchNormScaleGradient: normalization.batchNormScaleGradientOp,
  batchNormOffsetGradient: normalization.batchNormOffsetGradientOp,
  softmax: classification.softmaxOp,
  logSoftmax: classification.logSoftmaxOp,
  softmaxCrossEntropy: classification.softmaxCrossEntropyOp,
  softmaxCrossEntropyGradient: classification.softmaxCrossEntropyGradientOp,
  negativeLogLikelihood: classification.negativeLogLikelihoodOp,
  negativeLogLikelihoodGradient: classification.negativeLogLikelihoodGradientOp,
  argMax: classification.argMaxOp,
  equal: classification.equalOp,
};
