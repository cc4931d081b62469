/** Typed arrays in messages to a thread. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fromSent, toSent } from "../../../ml/engines/wasm/sent_array.ts";

describe("toSent()", () => {
  it("copies a part of a buffer alone, and is read as the same array", () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    const sent = toSent("Float32Array", whole.subarray(1, 3));
    assertEquals(sent.bytes.byteLength, 8);
    assertEquals(fromSent(sent), Float32Array.of(2, 3));
    assertEquals(whole, Float32Array.of(1, 2, 3, 4));
  });
});
