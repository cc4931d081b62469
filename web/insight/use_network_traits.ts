/** The traits of a run's network that say which parts of its evaluation make sense. */
import { useAnswer } from "../api/use_answer.ts";
import { NETWORK_QUERY } from "./operations.ts";

/** Traits of a network. */
export interface NetworkTraits {
  /** The number of features of a sample; undefined where samples are images. */
  readonly featureCount: number | undefined;
  /** True with a convolution, whose kernels can be drawn. */
  readonly hasKernels: boolean;
}

/** @returns undefined until the server has answered */
export function useNetworkTraits(id: string): NetworkTraits | undefined {
  const model = useAnswer(NETWORK_QUERY, { id }).data?.run?.model;
  if (!model) return undefined;
  const [features, ...sides] = model.inputShape;
  return {
    featureCount: sides.length === 0 ? features : undefined,
    hasKernels: model.layers.some(({ kind }) => kind === "Conv2d"),
  };
}
