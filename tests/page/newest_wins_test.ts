/** Work of which only the newest request matters. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { newestWins } from "../../web/api/newest_wins.ts";

describe("newestWins()", () => {
  it("does one at a time, and of what came meanwhile the newest", async () => {
    const done: string[] = [];
    let gate = Promise.withResolvers<void>();
    let idle = Promise.withResolvers<void>();
    const ask = newestWins(async (input: string) => {
      await gate.promise;
      done.push(input);
      idle.resolve();
    });
    for (const input of ["a", "b", "c"]) ask(input);
    assertEquals(done, []);
    gate.resolve();
    await idle.promise;
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(done, ["a", "c"]);

    gate = Promise.withResolvers<void>();
    idle = Promise.withResolvers<void>();
    ask("d");
    gate.resolve();
    await idle.promise;
    assertEquals(done, ["a", "c", "d"]);
  });
});
