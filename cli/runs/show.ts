/** `deno task runs show`: everything about a run on one page. */
import { count, lossText, oneLine, percent, queuePlace, size } from "../../lib/format.ts";
import { secondsOf, trainedSeconds } from "../../runs/log/duration.ts";
import { duration } from "../terminal/format.ts";
import { printLine } from "../terminal/output.ts";
import { tint } from "../terminal/terminal.ts";
import { RefusedError } from "./errors.ts";
import type { FoundRun } from "./find_run.ts";
import { age } from "./format.ts";
import {
  type Checkpoint,
  type Epoch,
  type LogLine,
  READ_RUN,
  type RunDetails,
  type SystemMetrics,
} from "./operations.ts";
import { shownId } from "./run_id.ts";
import type { Server } from "./server.ts";
import { toneOf } from "./state.ts";
import { type Canvas, type Column, tableLines } from "./table.ts";

/** The number of newest epochs shown. */
const SHOWN_EPOCHS = 20;

const EPOCH_COLUMNS: readonly Column<Epoch>[] = [
  { head: "EPOCH", value: ({ number }) => String(number), right: true },
  { head: "TRAIN ACC", value: ({ trainAcc }) => percent(trainAcc), right: true },
  { head: "TRAIN LOSS", value: ({ trainLoss }) => lossText(trainLoss), right: true },
  { head: "TEST ACC", value: ({ testAcc }) => percent(testAcc), right: true },
  { head: "TEST LOSS", value: ({ testLoss }) => lossText(testLoss), right: true },
  { head: "TIME", value: ({ seconds }) => `${seconds.toFixed(1)}s`, right: true },
];

const CHECKPOINT_COLUMNS: readonly Column<Checkpoint>[] = [
  { head: "STEP", value: ({ step }) => count(step), right: true },
  { head: "EPOCH", value: ({ epoch }) => String(epoch), right: true },
  {
    head: "TEST ACC",
    value: ({ testAcc }) => testAcc === null ? "–" : percent(testAcc),
    right: true,
  },
  { head: "SIZE", value: ({ bytes }) => size(bytes), right: true },
  { head: "NAME", value: ({ name }) => name ?? "–" },
  { head: "FILE", value: ({ file }) => file },
];

/** The message is last, because its length varies. */
const LOG_COLUMNS: readonly Column<LogLine>[] = [
  { head: "TIME", value: ({ at }) => at },
  {
    head: "LEVEL",
    value: ({ level }) => level,
    tone: ({ level }) => level === "ERROR" ? "red" : "yellow",
  },
  { head: "MESSAGE", value: ({ message }) => message },
];

/** Prints a run. */
export async function showRun(
  server: Server,
  { id, name }: FoundRun,
  { json }: { readonly json: boolean },
  canvas: Canvas,
): Promise<void> {
  const { run } = await server.ask(READ_RUN, { id });
  if (!run) throw new RefusedError(`Cannot show the run '${name}': it was deleted just now.`);
  if (json) return printLine(JSON.stringify(run, null, 2));

  const { terminal } = canvas;
  // The page is for people even in a pipe: its tables are aligned.
  const page: Canvas = { ...canvas, isTerminal: true };
  printLine(tint(terminal, "bold", run.name));
  const facts = factsOf(run, canvas);
  const width = Math.max(...facts.map(([fact]) => fact.length));
  for (const [fact, value] of facts) {
    printLine(`  ${tint(terminal, "dim", fact.padEnd(width))}  ${value}`);
  }
  const left = run.epochs.length - SHOWN_EPOCHS;
  section("Epochs", tableLines(run.epochs.slice(-SHOWN_EPOCHS), EPOCH_COLUMNS, page));
  if (left > 0) printLine(`  and ${count(left)} before these; --json has all`);
  section("Checkpoints", tableLines(run.checkpoints, CHECKPOINT_COLUMNS, page));
  section("Last warnings and errors", tableLines(run.logs, LOG_COLUMNS, page));

  function section(title: string, lines: readonly string[]): void {
    if (lines.length < 2) return; // Nothing below the head.
    printLine("");
    printLine(tint(terminal, "bold", title));
    for (const line of lines) printLine(`  ${line}`);
  }
}

function factsOf(run: RunDetails, { terminal }: Canvas): readonly (readonly [string, string])[] {
  const time = (at: string) => `${at} (${age(at)} ago)`;
  const [machine] = run.systemMetrics;
  return [
    ["State", tint(terminal, toneOf(run.state) ?? "bold", run.state)],
    ...(run.error === null ? [] : [["Error", oneLine(run.error)] as const]),
    ...(run.warning === null
      ? []
      : [["Warning", tint(terminal, "yellow", oneLine(run.warning))] as const]),
    ...(run.waitingFor === null ? [] : [["Waits", oneLine(run.waitingFor)] as const]),
    ...(run.queuePosition === null ? [] : [["Queue", queuePlace(run.queuePosition)] as const]),
    ...(run.worker === null ? [] : [["Worker", `${run.worker.id} on ${run.worker.host}`] as const]),
    ...(run.worker?.trouble ? [["Trouble", oneLine(run.worker.trouble)] as const] : []),
    ["Id", shownId(run.id)],
    ["API id", run.id],
    [
      "Training",
      [
        run.networkName,
        `batch size ${count(run.batchSize)}`,
        `learning rate ${run.learningRate}`,
        `seed ${run.seed}`,
      ].join(", "),
    ],
    [
      "Data",
      `${run.dataset}, ${count(run.trainSamples)} samples to learn, ${
        count(run.testSamples)
      } to test`,
    ],
    ["Device", run.device === null ? run.requestedDevice : [run.device, run.engine].join(", ")],
    ["Progress", progressOf(run)],
    ...(run.epochs.length === 0 ? [] : [
      [
        "Trained",
        `${duration(trainedSeconds(run.epochs))} in its epochs, without pauses`,
      ] as const,
    ]),
    ...(machine ? [["Machine", machineOf(machine)] as const] : []),
    ...(run.bestTestAcc === null
      ? []
      : [["Best", `test accuracy ${percent(run.bestTestAcc)}`] as const]),
    ["Created", time(run.createdAt)],
    ...(run.startedAt === null ? [] : [["Started", time(run.startedAt)] as const]),
    ...(run.endedAt === null ? [] : [["Ended", endOf(run.endedAt, secondsOf(run))] as const]),
    ...(run.attempts > 1 ? [["Attempts", String(run.attempts)] as const] : []),
  ];
}

/** Says when a run ended, and how long after its start, with its pauses. */
function endOf(endedAt: string, seconds: number | null): string {
  const end = `${endedAt} (${age(endedAt)} ago`;
  if (seconds === null) return `${end})`;
  return `${end}, ${duration(Math.max(0, seconds))} after its start)`;
}

function progressOf({ state, progress }: RunDetails): string {
  const { epoch, epochs, step, steps, samplesPerSecond, etaSeconds } = progress;
  const part = steps === 0 ? 0 : Math.floor(100 * step / steps);
  return [
    `epoch ${epoch} of ${epochs}`,
    `step ${count(step)} of ${count(steps)} (${part}%)`,
    ...(etaSeconds === null ? [] : [`ETA ${duration(etaSeconds)}`]),
    ...(state === "RUNNING" && samplesPerSecond !== null
      ? [`${count(samplesPerSecond)} samples/s`]
      : []),
  ].join(", ");
}

function machineOf({ at, cpuCores, memoryBytes, samplesPerSecond, gpu }: SystemMetrics): string {
  return [
    `${cpuCores.toFixed(1)} cores`,
    size(memoryBytes),
    `${count(samplesPerSecond)} samples/s`,
    ...(typeof gpu?.utilization === "number" ? [`GPU ${percent(gpu.utilization)}`] : []),
    ...(typeof gpu?.memoryBytes === "number" ? [`GPU memory ${size(gpu.memoryBytes)}`] : []),
  ].join(", ") + ` (${age(at)} ago)`;
}
