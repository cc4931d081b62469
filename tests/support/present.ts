/** A check that narrows a type. */

/** Returns a value that must be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("It must be there, got undefined.");
  return value;
}
