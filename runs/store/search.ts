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

/** Splits a search into words, all of which a run's text must contain. */
export function searchWords(search: string): readonly string[] {
  return search.toLowerCase().normalize("NFC").split(/\s+/).filter((word) => word !== "");
}
