/** The watchdog over a trainer, whose ticks are given by hand. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createWatchdog } from "../../../runs/trainer/watchdog.ts";

/** Creates a watchdog with `tick`, which lets a number of seconds pass; `hung` has the silences that were too long. */
function watchdogOf(timeouts: Parameters<typeof createWatchdog>[0]) {
  const { setInterval } = globalThis;
  const hung: number[] = [];
  let second = () => {};
  try {
    // The interval itself never passes.
    globalThis.setInterval = ((work: () => void) => {
      second = work;
      return setInterval(() => {}, 2 ** 30);
    }) as typeof setInterval;
    const watchdog = createWatchdog(timeouts, (seconds) => hung.push(seconds));
    return {
      watchdog,
      hung,
      tick(seconds: number) {
        for (let passed = 0; passed < seconds; passed++) second();
      },
      [Symbol.dispose]: () => watchdog.end(),
    };
  } finally {
    globalThis.setInterval = setInterval;
  }
}

describe("a trainer's watchdog", () => {
  it("allows a long silence before the first step, and a short one after it", () => {
    using started = watchdogOf({ start: 90, least: 6, times: 2 });
    started.watchdog.arm();
    started.tick(90);
    assertEquals(started.hung, []);
    started.tick(1);
    assertEquals(started.hung, [91]);

    using under = watchdogOf({ start: 90, least: 6, times: 2 });
    under.watchdog.arm();
    under.watchdog.reset(true);
    under.watchdog.arm();
    under.tick(7);
    assertEquals(under.hung, [7]);
  });

  it("allows a multiple of the longest silence so far, as slow steps stay slow", () => {
    using slow = watchdogOf({ start: 90, least: 6, times: 2 });
    for (const silence of [10, 1, 2]) {
      slow.watchdog.arm();
      slow.tick(silence);
      slow.watchdog.reset(true);
    }
    slow.watchdog.arm();
    slow.tick(20);
    assertEquals(slow.hung, []);
    slow.tick(1);
    assertEquals(slow.hung, [21]);
  });

  it("counts nothing while nobody waits for a reply", () => {
    using idle = watchdogOf({ start: 90, least: 6, times: 2 });
    idle.watchdog.arm();
    idle.watchdog.reset(true);
    idle.tick(100);
    assertEquals(idle.hung, []);
  });
});
