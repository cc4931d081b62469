/** Turns a thrown value into a text for users. */
export function errorText(problem: unknown): string {
  if (problem instanceof TypeError) return "The server cannot be reached. Is it running?";
  return problem instanceof Error ? problem.message : String(problem);
}
