/** The lines by which logs show events: one example of each type, and what changes its wording. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { RunEventBody, RunEventType } from "../../../runs/log/event.ts";
import { logLineOf } from "../../../runs/log/log_line.ts";

type BodyOf<Type extends RunEventType> = Extract<RunEventBody, { readonly type: Type }>;

/** An event without its type. */
type Example<Type extends RunEventType> = readonly [body: Omit<BodyOf<Type>, "type">, text: string];

const FILE = "step-00000938-1.safetensors";

const EXAMPLES: { readonly [Type in RunEventType]: Example<Type> } = {
  queued: [{}, "Queued."],
  claimed: [{ worker: "w1", attempt: 1 }, "Taken by the worker w1."],
  started: [
    {
      device: "CPU (a test, 2 threads)",
      engine: "None 1.0",
      stepsPerEpoch: 1,
      steps: 1,
      parameters: 1,
    },
    "Training on CPU (a test, 2 threads), None 1.0.",
  ],
  batches: [
    { epoch: 2, firstStep: 1000, losses: [0.5, 0.25], accs: [0, 0], samplesPerSecond: 1 },
    "Epoch 2, step 1,001: loss 0.2500.",
  ],
  epoch: [
    {
      ...{ number: 1, trainAcc: 0, trainLoss: 0, testAcc: 0.9753, testLoss: 0.08 },
      ...{ learningRate: 0.1, seconds: 1 },
    },
    "Epoch 1: test accuracy 97.53 %, test loss 0.0800.",
  ],
  checkpoint: [
    {
      ...{ step: 938, epoch: 1, file: FILE, bytes: 491_900, sha256: "" },
      ...{ reason: "epoch", testAcc: 0.9 },
    },
    "Checkpoint after step 938 (491.9 kB).",
  ],
  checkpointRemoved: [{ file: FILE, unusable: false }, `The checkpoint ${FILE} was removed.`],
  checkpointNamed: [
    { file: FILE, name: "best" },
    `The checkpoint ${FILE} is called 'best' and kept.`,
  ],
  pauseRequested: [{}, "Asked to pause."],
  paused: [{ reason: null }, "The run is paused."],
  resumeRequested: [{ epochs: null }, "The run is resumed."],
  cancelRequested: [{}, "Asked to end."],
  cancelled: [{}, "Cancelled."],
  completed: [{}, "Completed."],
  failed: [{ error: "The loss is not a number." }, "Failed: The loss is not a number."],
  interrupted: [
    { reason: "The worker w1 was stopped.", crashed: false },
    "Interrupted: The worker w1 was stopped.",
  ],
  renamed: [{ name: "second" }, "Renamed to 'second'."],
  tagged: [{ tags: ["baseline", "figure 3"] }, "Tagged baseline, figure 3."],
  noted: [{ note: "Good." }, "A note was written."],
  system: [
    { cpuCores: 1.96, memoryBytes: 512e6, samplesPerSecond: 10_240, gpu: null },
    "2.0 CPU cores and 512 MB of memory in use, 10,240 samples/s.",
  ],
  log: [{ level: "info", message: "Hello." }, "Hello."],
};

describe("logLineOf()", () => {
  for (const [type, [body, text]] of Object.entries(EXAMPLES)) {
    it(`describes '${type}' in one line`, () => {
      assertEquals(logLineOf({ ...body, type } as RunEventBody).text, text);
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
      "Taken by the worker w1, attempt 2.",
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
