/** Losses in the form that people read. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { lossText } from "../../lib/format.ts";

describe("A loss as text", () => {
  it("has significant digits where decimals would round it to nothing", () => {
    const losses = [0.000474, 0.0000474, 0.0000471, 0.0000012, 1.17549e-38];
    assertEquals(losses.map((loss) => lossText(loss)), [
      ...["4.74e-4", "4.74e-5", "4.71e-5", "1.2e-6", "1.18e-38"],
    ]);
    assertEquals(lossText(0.000474, 3), "4.74e-4");
  });

  it("keeps its decimals in the usual range, and at zero", () => {
    assertEquals([0, 0.001, 0.755].map((loss) => lossText(loss, 3)), ["0.000", "0.001", "0.755"]);
  });

  it("is short, however large it becomes", () => {
    assertEquals([1e5, 1e20, 2.9051e19, NaN, Infinity].map((loss) => lossText(loss)), [
      ...["1e5", "1e20", "2.91e19", "NaN", "Infinity"],
    ]);
  });
});
