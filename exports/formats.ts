/** The registry of formats that models are exported in. */
import project from "../deno.json" with { type: "json" };
import { type ExportDefinition, MODEL_NAME } from "./format.ts";
import type { TrainedModel } from "./model.ts";
import { onnx } from "./onnx/onnx.ts";
import { safetensors } from "./pytorch/safetensors.ts";
import { savedModel } from "./tensorflow/saved_model.ts";
import { tfjs } from "./tensorflow/tfjs.ts";

/** The definition of every format, by its name in the API. */
export const EXPORT_FORMATS = {
  ONNX: onnx,
  SAFETENSORS: safetensors,
  TFJS: tfjs,
  SAVED_MODEL: savedModel,
} as const satisfies Readonly<Record<string, ExportDefinition>>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** The names of the formats. */
export const EXPORT_NAMES = Object.keys(EXPORT_FORMATS) as readonly ExportFormat[];

/** Returns the name of a format's file: 'model.onnx'. */
export function exportFile(format: ExportFormat): string {
  return `${MODEL_NAME}.${EXPORT_FORMATS[format].extension}`;
}

/**
 * Finds the format of a file by its name, also without the end of an archive ('model.tfjs'); undefined if none has it.
 */
export function formatOfFile(file: string): ExportFormat | undefined {
  return EXPORT_NAMES.find((format) =>
    [exportFile(format), `${MODEL_NAME}.${format.toLowerCase()}`].includes(file)
  );
}

/** The version of the program, which files name as their producer's: another one may write other bytes. */
export const PRODUCER_VERSION: string = project.version;

/** Encodes a model as the consecutive parts of a file. */
export async function encodeExport(
  format: ExportFormat,
  model: TrainedModel,
): Promise<readonly Uint8Array[]> {
  return await EXPORT_FORMATS[format].encode(model, PRODUCER_VERSION);
}
