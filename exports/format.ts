/** The contract of a format: one file or folder in exports/, and a line in formats.ts. */
import type { TrainedModel } from "./model.ts";

/** The name of a model in its own file, and of files without their extension. */
export const MODEL_NAME = "model";

/** A format that models are exported in. */
export interface ExportDefinition {
  /** The end of a file's name, without the dot: 'onnx'. */
  readonly extension: string;
  readonly mediaType: string;
  /** A sentence on it, for the API and the terminal. */
  readonly description: string;
  /**
   * Encodes a model as the consecutive parts of a file.
   *
   * @param version that of this program, which files name as their producer's
   */
  encode(
    model: TrainedModel,
    version: string,
  ): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
}
