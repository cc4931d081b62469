/**
 * Runs in MLflow. A tag holds the position in the log up to which MLflow has the metrics, and is written with them, so
 * that a second export goes on behind it.
 */
import { flattenInput } from "../../../exports/metrics/settings.ts";
import { epochScalars, stepScalars } from "../../../exports/metrics/tensorboard.ts";
import { retry } from "../../../lib/retry.ts";
import type { RunState } from "../../../runs/log/state.ts";
import { noteLine } from "../../terminal/output.ts";
import { MAX_RECONNECT_MS, RECONNECT_MS } from "../../timeouts.ts";
import { UnavailableError } from "../errors.ts";
import type { ExportedRun } from "../operations.ts";
import { shownId } from "../run_id.ts";
import type { Batch, Entry, Metric, Mlflow } from "./mlflow_client.ts";
import type { MetricEvent, Target } from "./target.ts";

/** The tags by which an export finds its run, and where it ended. */
const RUN_TAG = "epochql.run";
const SEQ_TAG = "epochql.seq";

/** Metrics and parameters of a request, which has 1,000 entries at most: a tag may go with the metrics. */
const MAX_METRICS = 999;
const MAX_PARAMS = 100;

/** Characters that MLflow keeps of a parameter and of a tag. */
const MAX_PARAM = 6000;
const MAX_TAG = 5000;

/** The states as MLflow names them. */
const STATUS = {
  QUEUED: "SCHEDULED",
  RUNNING: "RUNNING",
  PAUSING: "RUNNING",
  PAUSED: "SCHEDULED",
  INTERRUPTED: "SCHEDULED",
  CANCELLING: "RUNNING",
  CANCELLED: "KILLED",
  COMPLETED: "FINISHED",
  FAILED: "FAILED",
} as const satisfies Readonly<Record<RunState, string>>;

/** Options of openMlflowRun(). */
export interface MlflowOptions {
  readonly experiment: string;
  /** True if a server that is gone for a while is waited for. */
  readonly waits: boolean;
  readonly signal: AbortSignal;
}

/** Opens the run of MLflow that stands for a run. */
export async function openMlflowRun(
  mlflow: Mlflow,
  run: ExportedRun,
  { experiment, waits, signal }: MlflowOptions,
): Promise<Target> {
  const key = { key: RUN_TAG, value: shownId(run.id) };
  const experimentId = await mlflow.experiment(experiment);
  const found = await mlflow.find(experimentId, key);
  const startMs = Date.parse(run.startedAt ?? run.createdAt);
  const target = found ??
    await mlflow.create(experimentId, { name: run.name, startMs, tags: [key] });
  const seq = found?.data?.tags?.find((tag) => tag.key === SEQ_TAG)?.value;
  // Parameters stay as they were first written: MLflow refuses others, such as more epochs.
  if (seq === undefined) {
    for (const params of piecesOf(paramsOf(run), MAX_PARAMS)) await log({ params });
  }
  await describe(run);

  async function log(batch: Batch): Promise<void> {
    await lasting(() => mlflow.log(target, batch));
  }

  /** Waits for a server that is away, if that is wanted. */
  async function lasting(work: () => Promise<void>): Promise<void> {
    if (!waits) return await work();
    await retry(work, {
      signal,
      pauseMs: RECONNECT_MS,
      maxPauseMs: MAX_RECONNECT_MS,
      isTransient: (error) => error instanceof UnavailableError,
      onProblem: (problem) => noteLine(problem ?? `MLflow at ${mlflow.address} answers again.`),
    });
  }

  async function describe(now: ExportedRun): Promise<void> {
    await log({ tags: tagsOf(now) });
    const endMs = now.endedAt === null ? undefined : Date.parse(now.endedAt);
    await lasting(() =>
      mlflow.update(target, { name: now.name, status: STATUS[now.state], endMs })
    );
  }

  return {
    shown: `the experiment '${experiment}' of MLflow at ${mlflow.address}`,
    afterSeq: Number(seq ?? 0),
    async write(events) {
      const last = events.at(-1)?.seq;
      if (last === undefined) return;
      const pieces = piecesOf(events.flatMap(metricsOf), MAX_METRICS);
      for (const [at, metrics] of pieces.entries()) {
        const isLast = at === pieces.length - 1;
        await log({ metrics, ...isLast && { tags: [{ key: SEQ_TAG, value: String(last) }] } });
      }
    },
    catchUp: () => Promise.resolve(),
    close: describe,
  };
}

/** Lists an event's metrics with the time at which it was logged. */
function metricsOf(event: MetricEvent): readonly Metric[] {
  const timestamp = Date.parse(event.at);
  const rows = event.kind === "epoch"
    ? [{ step: event.number, scalars: epochScalars(event) }]
    : stepScalars(event);
  return rows.flatMap(({ step, scalars }) =>
    scalars.map(({ tag, value }) => ({
      key: tag,
      value: Number.isFinite(value) ? value : String(value),
      timestamp,
      step,
    }))
  );
}

function paramsOf(run: ExportedRun): readonly Entry[] {
  return Object.entries(flattenInput(run.input)).map(([key, value]) => ({
    key,
    value: String(value).slice(0, MAX_PARAM),
  }));
}

function tagsOf(run: ExportedRun): readonly Entry[] {
  const tags = {
    "epochql.tags": run.tags.join(", "),
    "epochql.dataset": run.dataset,
    "epochql.device": run.device ?? "",
    "epochql.engine": run.engine ?? "",
    "epochql.error": run.error ?? "",
    "mlflow.note.content": run.note ?? "",
  };
  return Object.entries(tags).map(([key, value]) => ({ key, value: value.slice(0, MAX_TAG) }));
}

function piecesOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, at) => items.slice(at * size, (at + 1) * size),
  );
}
