/** The text of --start-from. */
import { checkpointFromText } from "../../ml/spec/start_from.ts";

/** Reads the text: a file's path, or a run with an epoch. */
export function readStartFrom(text: string): unknown {
  return /\.safetensors$|[/\\]/i.test(text) ? { file: text } : checkpointFromText(text);
}
