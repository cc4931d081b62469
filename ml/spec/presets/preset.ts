/** The type of a preset: a built-in network with the settings that it is trained with by default. */
import type { Network } from "../../network/network.ts";
import type { Optimizer } from "../../optimizers/optimizers.ts";

/** A network with its optimizer and the defaults of its training. */
export interface Preset {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
}
