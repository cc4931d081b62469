// deno-lint-ignore-file house/plain-words
/** The word list finds what it lists, wherever the line breaks. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { proseProblems } from "../../tools/house/prose.ts";
import { findPhrases } from "../../tools/house/words.ts";

describe("findPhrases()", () => {
  it("finds a phrase across a line break of a comment", () => {
    const [found] = findPhrases("/**\n * Answers the one who\n * asks.\n */");
    assertEquals(found?.text, "who asks");
  });

  it("finds nothing in plain English", () => {
    assertEquals(findPhrases("Returns the loss of each sample, [batch], in nats."), []);
  });
});

describe("proseProblems()", () => {
  it("names file, line and the term to use", () => {
    const [problem] = proseProblems("docs/a.md", "A run.\nIt is over when it has ended.\n");
    assertEquals(problem, "docs/a.md:2: 'is over': write is finished, has ended");
  });
});
