/** The type of a recipe: a built-in network with the settings that it is trained with by default. */
import type { Loss } from "../../losses/losses.ts";
import type { Network } from "../../network/network.ts";
import type { Optimizer } from "../../optimizers/optimizers.ts";

/** A network with its loss, its optimizer and the defaults of its training. */
export interface RecipeDefinition {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
}
