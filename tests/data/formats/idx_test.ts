/** The IDX and gzip readers, against any bytes. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { forAll, forAllAsync } from "../../support/for_all.ts";
import { assertFails, assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { DatasetError } from "../../../data/errors.ts";
import { isGzip, parseIdx, unpackGzip } from "../../../data/formats/idx.ts";
import { encodeIdx } from "../files.ts";

const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
const files = shapes.chain((shape) => {
  const length = shape.reduce((product, side) => product * side, 1);
  return fc.uint8Array({ minLength: length, maxLength: length })
    .map((values) => ({ shape, values, bytes: encodeIdx(shape, values) }));
});

/** The kind of the DatasetError that a function throws; any other error fails the test. */
function kindOf(read: () => unknown): string {
  try {
    read();
    return "none";
  } catch (error) {
    if (error instanceof DatasetError && error.message.startsWith("Cannot read some-file: ")) {
      return error.kind;
    }
    throw error;
  }
}

describe("parseIdx()", () => {
  it("gives back the shape and values of any array", () => {
    forAll([files], ({ shape, values, bytes }) => {
      assertEquals(parseIdx(bytes, "some-file"), { shape, values });
    });
  });

  it("reads a view into a larger buffer", () => {
    const { bytes } = { bytes: encodeIdx([2], Uint8Array.of(7, 9)) };
    const larger = new Uint8Array(bytes.length + 10).fill(255);
    larger.set(bytes, 3);
    const read = parseIdx(larger.subarray(3, 3 + bytes.length), "some-file");
    assertEquals(read, { shape: [2], values: Uint8Array.of(7, 9) });
  });

  it("answers any bytes with an array that fits them or the documented error", () => {
    const headed = fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.of(0, 0, 8, ...rest));
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      maxLength: 3,
    });
    const changed = fc.tuple(files, changes).map(([{ bytes }, changes]) => {
      const other = Uint8Array.from(bytes);
      // In its header, for the most part: any values are right.
      for (const [place, value] of changes) other[place % Math.min(20, other.length)] = value;
      return other;
    });
    forAll([fc.oneof(fc.uint8Array({ maxLength: 64 }), headed, changed)], (bytes) => {
      const kind = kindOf(() => {
        const { shape, values } = parseIdx(bytes, "some-file");
        assertEquals(shape.reduce((product, side) => product * side, 1), values.length);
        assertEquals(4 + 4 * shape.length + values.length, bytes.length);
      });
      assert(["none", "not-idx", "truncated", "too-long"].includes(kind), kind);
    }, { numRuns: 2000 });
  });

  it("calls every file that ends too early truncated", () => {
    forAll([files, fc.nat()], ({ bytes }, cut) => {
      const shorter = bytes.subarray(0, cut % bytes.length);
      assertEquals(kindOf(() => parseIdx(shorter, "some-file")), "truncated");
    });
  });

  it("calls every file that goes on after its values too long", () => {
    forAll([files, fc.uint8Array({ minLength: 1 })], ({ bytes }, rest) => {
      const longer = Uint8Array.of(...bytes, ...rest);
      assertEquals(kindOf(() => parseIdx(longer, "some-file")), "too-long");
    });
  });

  it("names what it found in place of an IDX file of bytes", () => {
    const page = new TextEncoder().encode("<html>");
    assertThrowsMatch(() => parseIdx(page, "f"), {
      kind: "not-idx",
      message: "Cannot read f: an IDX file must start with the bytes 00 00 08, got 3c 68 74 6d.",
    });
    assertThrowsMatch(() => parseIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), "f"), {
      kind: "not-idx",
      message: /must announce unsigned bytes \(type 08\).*got 32-bit floats \(type 0d\)\.$/,
    });
    assertMatch(
      assertThrows(() => parseIdx(Uint8Array.of(0, 0, 8, 0), "f"), Error).message,
      /no dimensions/,
    );
    assertThrowsMatch(() => parseIdx(encodeIdx([2, 3], new Uint8Array(5)), "f"), {
      kind: "truncated",
      message: "Cannot read f: an array of 2 x 3 must hold 18 bytes, got 17.",
    });
  });

  it("does not believe a header that announces more than there can be", () => {
    const huge = Uint8Array.of(0, 0, 8, 255, ...new Uint8Array(4 * 255).fill(255));
    assertEquals(kindOf(() => parseIdx(huge, "some-file")), "truncated");
  });
});

describe("unpackGzip()", () => {
  it("gives back what was packed", async () => {
    await forAllAsync([fc.uint8Array({ maxLength: 500 })], async (bytes) => {
      const packed = gzipSync(bytes);
      assert(isGzip(packed));
      assertEquals(await unpackGzip(packed, 500, "some-file"), bytes);
    });
  });

  it("answers a cut or changed stream with the documented error, or the very bytes", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index * 7);
    const packed = gzipSync(bytes);
    const at = fc.integer({ min: 2, max: packed.length - 1 });
    await forAllAsync([at, fc.integer({ min: 0, max: 255 })], async (place, value) => {
      const cut = packed.subarray(0, place);
      await assertFails(unpackGzip(cut, 300, "f"), { kind: "damaged-gzip" });
      const changed = Uint8Array.from(packed);
      changed[place] = value;
      try {
        assertEquals(await unpackGzip(changed, 300, "f"), bytes);
      } catch (error) {
        assert(error instanceof DatasetError, String(error));
      }
    }, { numRuns: 300 });
  });

  it("stops a stream that unpacks to more than it may", async () => {
    const bomb = gzipSync(new Uint8Array(1_000_000));
    await assertFails(unpackGzip(bomb, 1000, "f"), {
      kind: "too-long",
      message: "Cannot read f: unpacked it must hold at most 1,000 bytes, got more.",
    });
  });
});
