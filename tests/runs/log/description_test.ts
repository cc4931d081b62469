/** The rule of names and tags, for people of every script. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isLine } from "../../../runs/log/description.ts";
import { escapeDirection, oneLine } from "../../../lib/format.ts";

/** The twelve characters that change the direction of text. */
const DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

describe("isLine()", () => {
  it("accepts names of every script", () => {
    const names = [
      ...["a", "7", "…", "手写数字 第1次", "שלום", "مرحبا ۱۲", "हिन्दी", "ไทย", "e\u0301"],
      // Joiners belong to emoji and to some scripts.
      ...["👩\u200d👩\u200d👧", "می\u200cخواهم", "🙂", "\u2801"],
    ];
    for (const name of names) assertEquals([name, isLine(name, 100)], [name, true]);
  });

  it("refuses what shows nothing, breaks a line or changes its direction", () => {
    const blank = ["", " ", "\u00a0", "\u200b", "\u2800", "\u3164", "\u00ad", "\u200d", "\ufe0f"];
    const broken = ["a\nb", "a\u2028b", "a\u2029b", "a\0", "a\ud800", "a\u0085b"];
    for (const name of [...blank, ...broken, ...[...DIRECTIONS].map((sign) => `a${sign}b`)]) {
      assertEquals([JSON.stringify(name), isLine(name, 100)], [JSON.stringify(name), false]);
    }
  });
});

describe("names of older versions", () => {
  it("change no direction in a terminal or in the log, whose JSON stays the same", () => {
    assertEquals(oneLine(`run \u202efdp.exe\u2028x`), "run \\u202efdp.exe x");
    const text = JSON.stringify({ name: `a${DIRECTIONS}b` });
    const shown = escapeDirection(text);
    assertEquals(/\p{Bidi_Control}/u.test(shown), false);
    assertEquals(JSON.parse(shown), JSON.parse(text));
  });
});
