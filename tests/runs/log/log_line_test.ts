/** The lines by which logs show events: one for each type, and what changes its wording. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { RunEventType } from "../../../runs/log/event.ts";
import { EVENTS } from "../../../runs/log/events.ts";
import { logLineOf } from "../../../runs/log/log_line.ts";
import { exampleOf, EXAMPLES, FILE } from "./examples.ts";

describe("logLineOf()", () => {
  for (const type of Object.keys(EVENTS) as RunEventType[]) {
    it(`describes '${type}' in one line`, () => {
      const [, text] = EXAMPLES[type];
      assertEquals(logLineOf(exampleOf(type)).text, text);
      assertMatch(text, /^\P{Cc}+\.$/u);
    });
  }

  it("says what differs from the ordinary", () => {
    const texts = ([
      { type: "claimed", worker: "w1", attempt: 2 },
      { type: "paused", reason: "The disk is full." },
      { type: "resumeRequested", epochs: 1000 },
      { type: "checkpointRemoved", file: FILE, unusable: true },
      { type: "checkpointNamed", file: FILE, name: null },
      { type: "tagged", tags: [] },
      { type: "noted", note: null },
    ] as const).map((body) => logLineOf(body).text);
    assertEquals(texts, [
      "Picked up by worker w1, attempt 2.",
      "The disk is full. The run is paused.",
      "The run is resumed, to 1,000 epochs in all.",
      `The checkpoint ${FILE} was missing or damaged.`,
      `The name of the checkpoint ${FILE} was taken off.`,
      "Tags taken off.",
      "Note taken off.",
    ]);
  });

  it("has a level of problems", () => {
    const levels = ([
      { type: "completed" },
      { type: "paused", reason: null },
      { type: "paused", reason: "The disk is full." },
      { type: "interrupted", reason: "The worker was stopped.", crashed: false },
      { type: "checkpointRemoved", file: FILE },
      { type: "checkpointRemoved", file: FILE, unusable: true },
      { type: "failed", error: "The loss is not a number." },
      { type: "log", level: "warning", message: "The disk is nearly full." },
    ] as const).map((body) => logLineOf(body).level);
    assertEquals(levels, [
      ...["info", "info", "warning", "warning", "info", "warning", "error", "warning"] as const,
    ]);
  });

  it("keeps a message of several lines on one", () => {
    assertEquals(
      logLineOf({ type: "log", level: "error", message: "Cannot train:\n\tno\u001b[31m disk.\n" }),
      { text: "Cannot train: no [31m disk.", level: "error" },
    );
  });
});
