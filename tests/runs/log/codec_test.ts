/**
 * Events as JSON: nothing is lost, and float32 numbers are short.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decodeEvent, encodeEvent, fromJson, toJson } from "../../../runs/log/codec.ts";
import type { RunEventBody } from "../../../runs/log/event.ts";
import { shortFloat32 } from "../../../lib/float32.ts";
import { forAll } from "../../support/for_all.ts";

/** Any number but -0, which JSON writes as 0. */
const aFloat = fc.float().map((value) => value === 0 ? 0 : value);
const aDouble = fc.double().map((value) => value === 0 ? 0 : value);

/** The smallest float32 of full precision. */
const SMALLEST_NORMAL = 2 ** -126;

describe("shortFloat32()", () => {
  it("is the same float32", () => {
    forAll([aFloat], (value) => assert(Object.is(Math.fround(shortFloat32(value)), value)), {
      numRuns: 2_000,
    });
  });

  it("has the fewest digits that are", () => {
    for (
      const text of ["0.1", "0.3", "2.3026", "0.96875", "123456", "1e-7", "16777216", "0.000123457"]
    ) {
      assertEquals(String(shortFloat32(Math.fround(Number(text)))), text);
    }
    forAll([aFloat], (value) => {
      fc.pre(Number.isFinite(value) && Math.abs(value) >= SMALLEST_NORMAL);
      const digits = (number: number) => number.toExponential().replace(/e.*|[-.]/g, "").length;
      const short = digits(shortFloat32(value));
      for (let fewer = 1; fewer < short; fewer++) {
        assert(
          Math.fround(Number(value.toPrecision(fewer))) !== value,
          `${value} has ${fewer} digits`,
        );
      }
    });
  });
});

describe("encodeEvent()", () => {
  it("keeps batches, as float32", () => {
    forAll([fc.array(aFloat, { minLength: 1 })], (losses) => {
      const event: RunEventBody = {
        type: "batches",
        epoch: 1,
        firstStep: 1,
        losses,
        accs: losses,
        samplesPerSecond: 1 / 3,
      };
      const read = decodeEvent(encodeEvent(event));
      if (read.type !== "batches") throw new Error(`It is '${read.type}'.`);
      assertEquals({
        ...read,
        losses: read.losses.map(Math.fround),
        accs: read.accs.map(Math.fround),
      }, event);
    });
  });

  it("keeps texts and doubles of all other events", () => {
    forAll([fc.string(), aDouble], (text, number) => {
      const failed: RunEventBody = { type: "failed", error: text };
      assertEquals(decodeEvent(encodeEvent(failed)), failed);
      const started: RunEventBody = {
        type: "started",
        device: text,
        engine: '{"$number":"NaN"}',
        stepsPerEpoch: number,
        steps: 1,
        parameters: 1,
      };
      assertEquals(decodeEvent(encodeEvent(started)), started);
    });
  });
});

describe("toJson()", () => {
  it("keeps numbers that JSON has not", () => {
    const value = { a: [NaN, Infinity, -Infinity, 1], b: null };
    assertEquals(fromJson(toJson(value)), value);
    assertEquals(toJson({ a: 1.5 }), '{"a":1.5}');
  });
});
