/** Clipping of gradients by their global norm, as PyTorch's clip_grad_norm_(). */
import { add, addN, divide, multiply, sqrt, sumAll } from "../graph/ops/arithmetic.ts";
import { minimum } from "../graph/ops/functions.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";

/** A term of PyTorch's: it keeps the divisor above 0. */
const TERM = 1e-6;

/** Scales gradients down together, so that the norm of them all is at most maxNorm. */
export function clipGradients(gradients: readonly Tensor[], maxNorm: number): readonly Tensor[] {
  if (gradients.length === 0) return gradients;
  const norm = sqrt(addN(gradients.map((gradient) => sumAll(multiply(gradient, gradient)))));
  const factor = minimum(divide(constant(maxNorm), add(norm, constant(TERM))), constant(1));
  return gradients.map((gradient) => multiply(gradient, factor));
}
