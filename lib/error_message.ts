/** Messages of thrown values. native/, which imports nothing, has a messageOf() of its own. */

/** Returns the message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the operating system's message without the failed call: 'No space left on device'. */
export function systemErrorMessage(error: unknown): string {
  return errorMessage(error).replace(/ \(os error \d+\).*$|: readfile .*$/s, "");
}

/** Returns the message of a thrown value in one line, without a full stop, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  return errorMessage(error).replaceAll(/\s*\n\s*/g, " ").replace(/\.$/, "");
}
