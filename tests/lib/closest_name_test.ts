/** Names for mistyped ones. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { closestName } from "../../lib/text/closest_name.ts";

describe("closestName()", () => {
  it("prefers what differs in the case of letters alone", () => {
    assertEquals(closestName("adamw", ["adam", "adamW"]), "adamW");
    assertEquals(closestName("RELU", ["relu6", "relu"]), "relu");
  });

  it("finds mistyped names, and none that are far away", () => {
    assertEquals(closestName("lst", ["list", "show"]), "list");
    assertEquals(closestName("kernelSise", ["kernelSize", "stride"]), "kernelSize");
    for (const far of ["bogus", "x", "", "xy"]) {
      assertEquals(closestName(far, ["pause", "list", "us"]), undefined, far);
    }
    assertEquals(closestName("list", []), undefined);
  });
});
