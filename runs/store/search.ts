/**
 * Search of runs by words, the same in every database: case and the composition of accents do not
 * matter, and every word must match.
 */
import type { Run } from "../log/run.ts";

/** Returns the text that is searched: name, recipe, seed, tags and note. */
export function searchText({ name, spec, snapshot: { tags, note } }: Run): string {
  return [name, spec.recipe, spec.seed, ...tags, note ?? ""].join("\n").toLowerCase().normalize(
    "NFC",
  );
}

/** Words that a run's text must contain, or a seed that the run may have in their place: 'seed 3'. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The line of the text that the seed has alone. */
  readonly line?: string;
}

/** Splits a search into terms, all of which must match. */
export function searchTerms(search: string): readonly SearchTerm[] {
  const text = search.toLowerCase().normalize("NFC");
  return [...text.matchAll(/(?<!\S)seed\s+(\d+)(?!\S)|\S+/g)].map(([term, seed]) =>
    seed === undefined ? { words: [term] } : { words: ["seed", seed], line: `\n${seed}\n` }
  );
}
