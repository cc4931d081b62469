/** The order of classes: that in which Python sorts their labels. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sortLabels, sortNames } from "../../imports/publish.ts";

const SORTED: Readonly<Record<string, readonly string[]>> = {
  "numbers by value": ["-3", "0", "2.0", "9", "10", "100"],
  "others by their characters, not by value": ["10", "9", "nine"],
  "capital letters first": ["Zebra", "ape", "apes"],
  "characters by code point, beyond the first plane too": ["a", "é", "\uffee", "😀"],
};

describe("sortLabels()", () => {
  for (const [what, labels] of Object.entries(SORTED)) {
    it(`sorts ${what}`, () => {
      assertEquals(sortLabels(labels.toReversed()), labels);
    });
  }
});

describe("sortNames()", () => {
  it("sorts numbers as Python sorts texts", () => {
    assertEquals(sortNames(["9", "10", "0", "2", "07"]), ["0", "07", "10", "2", "9"]);
  });
});
