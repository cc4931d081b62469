/** What errors say. native/, which imports nothing, has a messageOf() of its own. */

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's words, without the call that they came from: 'No space left on device'. */
export function systemWordsOf(error: unknown): string {
  return messageOf(error).replace(/ \(os error \d+\).*$|: readfile .*$/s, "");
}
