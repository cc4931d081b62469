/** Children of this process. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { killIfAlive, setReferenced } from "../../lib/process/child.ts";

describe("a child that has ended", () => {
  it("can be killed, awaited and left alone, which does nothing", async () => {
    const child = new Deno.Command("true", { stdout: "null", stderr: "null" }).spawn();
    assertEquals((await child.status).code, 0);
    killIfAlive(child);
    setReferenced(child, true);
    setReferenced(child, false);
  });
});
