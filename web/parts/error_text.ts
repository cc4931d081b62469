/** The text for a server that does not answer. */
export const UNREACHABLE = "The server cannot be reached. Is it running?";

/** Turns a thrown value into a text for users. */
export function errorText(problem: unknown): string {
  if (problem instanceof TypeError) return UNREACHABLE;
  return problem instanceof Error ? problem.message : String(problem);
}
