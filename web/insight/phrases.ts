/** Phrases about predictions. */
import { count } from "../../lib/format.ts";

/** Prefixes a name with its article as it is spoken: 'an 8', 'a 4', 'an Ankle boot'. */
export function withArticle(name: string): string {
  return `${/^(8|11|18|[aeiou])/i.test(name) ? "an" : "a"} ${name}`;
}

/** Describes a prediction and its count. */
export function takenFor(actual: string, predicted: string, times: number): string {
  const what = actual === predicted ? "correct" : `predicted as ${predicted}`;
  return `${actual} ${what}: ${count(times)}`;
}

/** Capitalizes the first letter. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
