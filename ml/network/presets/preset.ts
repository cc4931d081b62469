/** The type of a preset: a network as a list of layers that can be pasted and changed. */
import type { LayerInput } from "../parse.ts";

/** A named list of layers. */
export interface PresetDefinition {
  /** A sentence on the network. */
  readonly description: string;
  readonly layers: readonly LayerInput[];
}
