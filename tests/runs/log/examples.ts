/** An example of each type of event, with the line that shows it. */
import type { RunEventBody, RunEventType } from "../../../runs/log/event.ts";

type BodyOf<Type extends RunEventType> = Extract<RunEventBody, { readonly type: Type }>;

/** An event without its type. */
type Example<Type extends RunEventType> = readonly [body: Omit<BodyOf<Type>, "type">, text: string];

export const FILE = "step-00000938-1.safetensors";

/** Every type of event. */
export const EXAMPLES: { readonly [Type in RunEventType]: Example<Type> } = {
  queued: [{}, "Queued."],
  claimed: [{ worker: "w1", attempt: 1 }, "Picked up by worker w1."],
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
    "Epoch 1: test accuracy 97.53%, test loss 0.0800.",
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
  cancelRequested: [{}, "Cancel requested."],
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

/** Returns the example of a type. */
export function exampleOf(type: RunEventType): RunEventBody {
  return { ...EXAMPLES[type][0], type } as RunEventBody;
}
