/** The frames of TensorBoard's event files, without TensorBoard. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encodeVersion } from "../../exports/metrics/event_file.ts";

describe("the first record of an event file", () => {
  it("is framed as a TFRecord, by its length and the masked checksum of that", () => {
    // Bytes from a CRC-32C in Python, masked as TensorFlow documents it.
    const record = encodeVersion(1);
    assertEquals(record.subarray(0, 12).toHex(), "1a00000000000000129bd82d");
    assertEquals(record.length, 12 + 26 + 4);
    assertEquals(new TextDecoder().decode(record.subarray(-4 - 13, -4)), "brain.Event:2");
  });
});
