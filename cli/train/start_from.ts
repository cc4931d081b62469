/** The text of --start-from. */

/** Reads the text of --start-from: a file's path, or a run with an epoch. */
export function readStartFrom(text: string): unknown {
  if (/\.safetensors$|[/\\]/i.test(text)) return { file: text };
  const [runId = "", epoch, ...rest] = text.split("@");
  if (epoch === undefined) return { checkpoint: { runId } };
  const number = /^\d{1,9}$/.test(epoch) && rest.length === 0 ? Number(epoch) : NaN;
  return { checkpoint: { runId, epoch: number } };
}
