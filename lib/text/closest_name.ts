/** The name that somebody who mistyped one has probably meant. */
import { distance } from "fastest-levenshtein";

/** Returns the name that differs least, in letters' case before anything else; undefined if all are far away. */
export function closestName(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const farthest = Math.max(2, given.length / 3);
  let closest: { readonly name: string; readonly away: number } | undefined;
  for (const name of known) {
    const away = distance(wanted, name.toLowerCase());
    if (away <= farthest && away < (closest?.away ?? Infinity)) closest = { name, away };
  }
  // What differs in every letter is no mistyped name, however short.
  return closest && closest.away < wanted.length ? closest.name : undefined;
}
