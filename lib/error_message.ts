/** What errors say. native/, which imports nothing, has a messageOf() of its own. */

/** What an error says, whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's words, without the call that they came from: 'No space left on device'. */
export function systemErrorMessage(error: unknown): string {
  return errorMessage(error).replace(/ \(os error \d+\).*$|: readfile .*$/s, "");
}
