/** Lines of a stream, wherever its chunks end. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { readLines } from "../../lib/lines.ts";
import { forAllAsync } from "../support/for_all.ts";

/** Streams a text in chunks of so many bytes, over and over. */
function streamOf(text: string, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return ReadableStream.from((function* () {
    for (let from = 0, chunk = 0; from < bytes.length; chunk++) {
      const to = from + (sizes[chunk % sizes.length] ?? 1);
      yield bytes.subarray(from, to);
      from = to;
    }
  })());
}

describe("readLines()", () => {
  const anyLines = fc.array(fc.string({ unit: "grapheme" }).filter((line) => !line.includes("\n")));
  const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

  it("yields the same lines wherever the chunks of a stream end", async () => {
    await forAllAsync([anyLines, anySizes], async (lines, sizes) => {
      const text = lines.map((line) => `${line}\n`).join("");
      assertEquals(await Array.fromAsync(readLines(streamOf(text, sizes))), lines);
    });
  });

  it("yields a last line that has no line break", async () => {
    assertEquals(await Array.fromAsync(readLines(streamOf("a\nb", [2]))), ["a", "b"]);
  });
});
