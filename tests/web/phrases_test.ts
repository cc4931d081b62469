/** Phrases of the page about predictions. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { capitalized, takenFor, withArticle } from "../../web/insight/phrases.ts";

describe("phrases about predictions", () => {
  it("have the article that is spoken", () => {
    const spoken = ["a 1", "an 8", "an 11", "a 4", "an 18", "an Ankle boot", "a Coat", "an ape"];
    assertEquals(spoken.map((phrase) => withArticle(phrase.replace(/^an? /, ""))), spoken);
  });

  it("count what was predicted", () => {
    assertEquals(takenFor("8", "8", 1234), "8 correct: 1,234");
    assertEquals(takenFor("8", "3", 2), "8 predicted as 3: 2");
  });

  it("begin with a capital letter", () => {
    assertEquals(["an 8", ""].map(capitalized), ["An 8", ""]);
  });
});
