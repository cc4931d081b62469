/** Ctrl-C: once for a graceful end, twice to quit at once; and what counts as once. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { listenForInterrupts, type Signal } from "../../cli/terminal/interrupts.ts";

/** Listens to fake signals with a clock of its own. */
function listen() {
  const left: number[] = [];
  const handlers = new Map<Signal, () => void>();
  let time = 0;
  const interrupts = listenForInterrupts((code) => left.push(code), {
    addSignalListener: (signal, handler) => handlers.set(signal, handler),
    removeSignalListener: (signal) => handlers.delete(signal),
    now: () => time,
  });
  return {
    interrupts,
    left,
    handlers,
    press(signal: Signal, at: number): void {
      time = at;
      handlers.get(signal)?.();
    },
  };
}

describe("listenForInterrupts()", () => {
  it("asks for an end at the first Ctrl-C", () => {
    const { interrupts, left, press } = listen();
    assertEquals(interrupts.signal.aborted, false);
    assertEquals(interrupts.exitCode(), undefined);
    press("SIGINT", 0);
    assertEquals(interrupts.signal.aborted, true);
    assertEquals(interrupts.exitCode(), 130);
    assertEquals(left, []);
  });

  it("leaves at the second", () => {
    const { left, press } = listen();
    press("SIGINT", 0);
    press("SIGINT", 1000);
    assertEquals(left, [130]);
  });

  it("takes what the task runner passes on for the same Ctrl-C", () => {
    const { left, press } = listen();
    press("SIGINT", 0);
    press("SIGINT", 1);
    assertEquals(left, []);
    press("SIGINT", 1000);
    assertEquals(left, [130]);
  });

  it("ends the same way at SIGTERM, and when the terminal is closed", () => {
    for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
      const { interrupts, press } = listen();
      press(signal, 0);
      assertEquals(interrupts.signal.aborted, true);
      assertEquals(interrupts.exitCode(), code);
    }
  });

  it("receives nothing more when it has stopped", () => {
    const { interrupts, handlers } = listen();
    assertEquals(handlers.size, 3);
    interrupts.stop();
    assertEquals(handlers.size, 0);
  });
});
