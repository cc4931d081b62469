/** The safetensors format: the bytes that Python writes, and any bytes at all. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { CheckpointError } from "../../../ml/checkpoint/error.ts";
import {
  encode,
  type Header,
  HEADER_OFFSET,
  headerLength,
  MAX_HEADER_BYTES,
  parseHeader,
} from "../../../ml/checkpoint/safetensors.ts";
import { joinBytes } from "../../../lib/bytes.ts";
import { ofKind } from "./support.ts";
import type { StateArray } from "../../../ml/state.ts";

/** A file that tools/golden_safetensors.py has written. */
const GOLDEN = new URL("../golden/python.safetensors", import.meta.url);
const GOLDEN_METADATA = new Map([["epochql", '{"version": 1, "text": "Größe \\"x\\"\\\\"}']]);
const GOLDEN_ARRAYS: readonly StateArray[] = [
  {
    name: "conv1.weight",
    shape: [2, 3],
    values: Float32Array.of(0.1, -0, 1e-45, Infinity, NaN, 3.4028235e38),
  },
  { name: "conv1.bias", shape: [3], values: Float32Array.of(1, 2, 3) },
  { name: "conv1.bias/exp_avg", shape: [], values: Float32Array.of(0.5) },
  { name: "empty", shape: [0, 4], values: new Float32Array() },
];

/** Reads a whole file as readCheckpoint() does. */
function parse(file: Uint8Array): Header & { readonly data: Uint8Array } {
  const length = headerLength(file.subarray(0, HEADER_OFFSET), file.length, "a-file");
  const header = file.subarray(HEADER_OFFSET, HEADER_OFFSET + length);
  const data = file.subarray(HEADER_OFFSET + length);
  return { ...parseHeader(header, data.length, "a-file"), data };
}

/** A file with this header, and so many bytes behind it. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return joinBytes([length, text, new Uint8Array(dataBytes)]);
}

const arrays = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => name !== "__metadata__"),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
).chain((places) =>
  fc.tuple(...places.map(({ name, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.float32Array({ minLength: length, maxLength: length })
      .map((values): StateArray => ({ name, shape, values }));
  }))
);
const metadata = fc.dictionary(fc.string(), fc.string({ unit: "grapheme" }))
  .map((texts) => new Map(Object.entries(texts)));

const shapesOf = (arrays: readonly Pick<StateArray, "name" | "shape">[]) =>
  new Map(arrays.map(({ name, shape }) => [name, shape]));

describe("encode()", () => {
  it("writes the bytes that Python's library writes", async () => {
    assertEquals(joinBytes(encode(GOLDEN_METADATA, GOLDEN_ARRAYS)), await Deno.readFile(GOLDEN));
  });

  it("is undone by parsing, for any arrays and texts", () => {
    forAll([metadata, arrays], (texts, given) => {
      const { metadata, arrays, data } = parse(joinBytes(encode(texts, given)));
      assertEquals(metadata, texts);
      assertEquals(shapesOf(arrays), shapesOf(given));
      let at = 0;
      for (const { name, bytes } of arrays) {
        const { values } = given.find((array) => array.name === name) ?? {};
        const written = new Uint8Array(values?.slice().buffer ?? new ArrayBuffer());
        assertEquals(data.subarray(at, at + bytes), written);
        at += bytes;
      }
      assertEquals(at, data.length);
    });
  });

  it("aligns the arrays, so that any reader can use them in place", () => {
    forAll([metadata, arrays], (texts, given) => {
      assertEquals(joinBytes(encode(texts, given).slice(0, 1)).length % 8, 0);
    });
  });
});

describe("parseHeader()", () => {
  it("reads what Python's library writes", async () => {
    const { metadata, arrays } = parse(await Deno.readFile(GOLDEN));
    assertEquals(metadata, GOLDEN_METADATA);
    assertEquals(shapesOf(arrays), shapesOf(GOLDEN_ARRAYS));
  });

  it("reads a header without metadata", () => {
    const header = { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } };
    assertEquals(parse(fileOf(header, 4)).metadata, new Map());
  });

  it("answers any bytes with arrays that fill the file, or with 'damaged'", () => {
    const jsonFiles = fc.tuple(fc.jsonValue(), fc.nat({ max: 64 }))
      .map(([header, bytes]) => fileOf(header, bytes));
    const headed = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 8 }))
      .map(([rest, length]) => Uint8Array.of(length, 0, 0, 0, 0, 0, 0, 0, ...rest));
    forAll([fc.oneof(fc.uint8Array({ maxLength: 64 }), headed, jsonFiles)], (file) => {
      try {
        const { arrays, data } = parse(file);
        assertEquals(arrays.reduce((sum, { bytes }) => sum + bytes, 0), data.length);
      } catch (error) {
        assert(ofKind("damaged", /^Cannot read checkpoint a-file: .* must .*, got /)(error));
      }
    }, { numRuns: 3000 });
  });

  it("answers entries of any kind with 'damaged', or arrays that fill the file", () => {
    const numbers = fc.oneof(
      fc.nat({ max: 16 }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.string(),
    );
    const entry = fc.record({
      dtype: fc.oneof({ weight: 5, arbitrary: fc.constant("F32") }, fc.constantFrom("F16", 1)),
      shape: fc.oneof(fc.array(numbers, { maxLength: 3 }), fc.jsonValue()),
      data_offsets: fc.oneof(fc.array(numbers, { maxLength: 3 }), fc.jsonValue()),
    }, { requiredKeys: [] });
    const header = fc.dictionary(
      fc.constantFrom("a", "b", "__metadata__", "__proto__", "\u001b[2J"),
      fc.oneof(entry, fc.jsonValue()),
    );
    forAll([header, fc.nat({ max: 32 })], (header, bytes) => {
      try {
        const { arrays } = parse(fileOf(header, bytes));
        assertEquals(arrays.reduce((sum, { bytes }) => sum + bytes, 0), bytes);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        assertEquals(error.kind, "damaged");
        assertNotMatch(error.message, /[\p{Cc}]/u);
      }
    }, { numRuns: 3000 });
  });

  const entry = (change: Readonly<Record<string, unknown>>, bytes = 8) =>
    fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...change } }, bytes);
  const huge = Number.MAX_SAFE_INTEGER;
  const wrong: readonly (readonly [what: string, file: Uint8Array, message: RegExp])[] = [
    ["an empty file", new Uint8Array(), /must have 8 bytes or more, got 0/],
    [
      "a header that ends behind the file",
      Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 1, 2),
      /header must have between 2 and 2 bytes, got 200/,
    ],
    [
      "a header of more bytes than there are",
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3),
      /got 18446744073709551615/,
    ],
    ["a header that is a list", fileOf([1]), /header must be a JSON object/],
    ["a header with a byte order mark", fileOf("\ufeff{}"), /header must be a JSON object/],
    ["metadata that is no text", fileOf({ __metadata__: { a: 1 } }), /metadata must be texts/],
    ["another type of values", entry({ dtype: "F16" }), /'a' must be of F32, got F16/],
    ["a negative size", entry({ shape: [-2] }), /whole numbers as its shape/],
    ["a size and bytes that differ", entry({ shape: [3] }), /'a' must have 12 bytes, got 8/],
    [
      "sizes whose product is no number",
      entry({ shape: [huge, huge] }),
      /'a' must have .* bytes, got 8/,
    ],
    [
      "offsets the wrong way round",
      entry({ data_offsets: [8, 0] }),
      /'a' must have a first and a last byte, got \[8,0\]/,
    ],
    [
      "a gap before the first array",
      entry({ data_offsets: [4, 12] }, 12),
      /'a' must begin at byte 0, got 4/,
    ],
    ["fewer bytes than its arrays", entry({}, 7), /must be 8 bytes of arrays .* got 7/],
    ["bytes behind its arrays", entry({}, 9), /must be 8 bytes of arrays .* got 9/],
    [
      "arrays that lie on one another",
      fileOf({
        a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
        b: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
      }, 12),
      /'b' must begin at byte 8, got 4/,
    ],
  ];
  for (const [what, file, message] of wrong) {
    it(`refuses ${what}`, () => {
      assertThrowsMatch(() => parse(file), ofKind("damaged", message));
    });
  }

  it("reads no header of unreasonable length", () => {
    const start = new Uint8Array(8);
    new DataView(start.buffer).setBigUint64(0, BigInt(MAX_HEADER_BYTES + 1), true);
    assertThrowsMatch(() => headerLength(start, 1e12, "a-file"), ofKind("damaged"));
  });
});
