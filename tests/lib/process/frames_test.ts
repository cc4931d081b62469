/** Frames: messages with bytes, whatever pieces they arrive in. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encodeFrame, type Frame, readFrames } from "../../../lib/process/frames.ts";
import { assertFails } from "../../support/errors.ts";

/** A stream of bytes in pieces of a size. */
function stream(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, at) => bytes.slice(at * size, (at + 1) * size),
  );
  return ReadableStream.from(pieces);
}

const FRAMES: readonly Frame[] = [
  { message: { text: "é" }, bytes: Uint8Array.of(1, 2, 3) },
  { message: null, bytes: new Uint8Array() },
  { message: [1], bytes: new Uint8Array(100).fill(7) },
];

const all = new Uint8Array(
  await new Blob(FRAMES.map(({ message, bytes }) => encodeFrame(message, [bytes]))).arrayBuffer(),
);

describe("readFrames()", () => {
  for (const size of [1, 5, 1000]) {
    it(`reads what encodeFrame() has written, in pieces of ${size} bytes`, async () => {
      assertEquals(await Array.fromAsync(readFrames(stream(all, size))), FRAMES);
    });
  }

  it("joins parts of any type", async () => {
    const frame = encodeFrame({}, [Float32Array.of(1), Uint8Array.of(9)]);
    const [{ bytes } = { bytes: undefined }] = await Array.fromAsync(readFrames(stream(frame, 4)));
    assertEquals(bytes, Uint8Array.of(0, 0, 128, 63, 9));
  });

  it("refuses streams that end within a frame", async () => {
    for (const length of [3, 8, 12, all.length - 1]) {
      await assertFails(
        Array.fromAsync(readFrames(stream(all.slice(0, length), 7))),
        /^FrameError: Cannot read a frame: the stream must not end within it\./,
      );
    }
  });

  it("refuses frames that are too long before it makes room for them", async () => {
    await assertFails(
      Array.fromAsync(readFrames(stream(Uint8Array.of(9, 0, 0, 0, 255, 255, 255, 255), 8), 10)),
      /at most 10 bytes, got 4294967304/,
    );
  });
});
