/** What was taken for what, in words. */
import { count } from "../parts/format.ts";

/** 'an 8', 'a 4', 'an Ankle boot': as it is spoken. */
export function withArticle(name: string): string {
  return `${/^(8|11|18|[aeiou])/i.test(name) ? "an" : "a"} ${name}`;
}

/** 'A 4 taken for a 9: 12 times'; what was recognised is said to be. */
export function takenFor(actual: string, predicted: string, times: number): string {
  const what = actual === predicted ? "recognised" : `taken for ${withArticle(predicted)}`;
  return `${capitalized(withArticle(actual))} ${what}: ${often(times)}`;
}

/** The first letter large, as at the start of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function often(times: number): string {
  if (times === 0) return "never";
  return times === 1 ? "1 time" : `${count(times)} times`;
}
