/** The contract of a loss. A loss is one file and a line in losses.ts. */
import type { Tensor } from "../graph/tensor.ts";

/** The definition of a loss. */
export interface LossDefinition {
  /** The name of the PyTorch module: 'CrossEntropyLoss'. */
  readonly torchName: string;
  /**
   * Builds the loss of each sample: [batch], in nats.
   *
   * @param output the network's output, [batch, classes]
   * @param labels int32 [batch]
   */
  build(output: Tensor, labels: Tensor): Tensor;
}
