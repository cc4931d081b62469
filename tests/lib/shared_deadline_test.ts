/** Waiting with a shared time limit. */
import { assertEquals } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { createSharedDeadline } from "../../lib/shared_deadline.ts";

const late = () => new Error("late");
const never = () => new Promise<never>(() => {});

describe("createSharedDeadline()", () => {
  it("gives what the work gives, and its error", async () => {
    const withLimit = createSharedDeadline(60_000);
    assertEquals(await withLimit(Promise.resolve(1), late), 1);
    await assertFails(withLimit(Promise.reject(new Error("broken")), late), /broken/);
  });

  it("gives up whatever takes longer, however many wait, and again later", async () => {
    const withLimit = createSharedDeadline(5);
    // As a server does: waiting alone keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    for (let round = 0; round < 2; round++) {
      const waits = [withLimit(never(), late), withLimit(Promise.resolve(1), late)];
      waits.push(withLimit(never(), late));
      const states = (await Promise.allSettled(waits)).map(({ status }) => status);
      assertEquals(states, ["rejected", "fulfilled", "rejected"]);
    }
    clearInterval(alive);
  });
});
