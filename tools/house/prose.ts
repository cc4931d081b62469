/**
 * Searches the documents and the schema for the phrases of words.ts; the lint plugin does so for code.
 * Run: `deno run -A tools/house/prose.ts`.
 */
import { findPhrases } from "./words.ts";

const DOCUMENTS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/api.md",
  "docs/clients.md",
  "docs/observability.md",
  "docs/operations.md",
  "docs/performance.md",
  "docs/scale.md",
  "docs/security.md",
  "docs/webhooks.md",
  "schema.graphql",
  "deno.json",
];

/** Lists each phrase with its line and the term to use. */
export function proseProblems(path: string, text: string): readonly string[] {
  return findPhrases(text).map(({ index, text: phrase, instead }) => {
    const line = text.slice(0, index).split("\n").length;
    return `${path}:${line}: '${phrase}': write ${instead}`;
  });
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  let problems = 0;
  for (const path of DOCUMENTS) {
    for (const problem of proseProblems(path, await Deno.readTextFile(new URL(path, root)))) {
      console.error(problem);
      problems++;
    }
  }
  console.log(`${DOCUMENTS.length} documents checked, ${problems} problems`);
  if (problems > 0) Deno.exit(1);
}
