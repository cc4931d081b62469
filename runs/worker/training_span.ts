/**
 * Spans of a training: one for the attempt, in the trace of the client that requested it, with child spans for loading
 * and each epoch. The span of a resumed attempt is linked to the previous one.
 *
 * Spans are exported when they end: a killed worker has exported those of its completed epochs.
 */
import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import type { StartedEvent } from "../../ml/training/events.ts";
import { epochsOf } from "../log/snapshot.ts";
import type { Run } from "../log/run.ts";
import { StoreUnavailableError } from "../store/errors.ts";
import type { RunEventType } from "../log/event.ts";
import { type Traced, traced } from "../log/traced.ts";
import type { Claim, RunStore } from "../store/store.ts";
import type { MeasuredEvent } from "./system_samples.ts";
import {
  currentTraceparent,
  isTracing,
  markFailed,
  parseTraceparent,
  tracer,
} from "../../lib/trace.ts";

/** Records the progress of a training as spans. */
export interface TrainingSpan {
  /** Records an event of the training. */
  heard(event: MeasuredEvent): void;
  /** Marks the attempt as failed. */
  failed(error: unknown): void;
}

const NO_SPAN: TrainingSpan = { heard() {}, failed() {} };

/** Runs an attempt within its span. */
export async function inTrainingSpan(
  store: RunStore,
  { run, worker }: Claim,
  train: (span: TrainingSpan) => Promise<Run | undefined>,
): Promise<Run | undefined> {
  if (!isTracing) return await train(NO_SPAN);
  const [asked, before] = await Promise.all([
    lastTraceparent(store, run.id, ["queued", "resumeRequested"]),
    lastTraceparent(store, run.id, ["started"]),
  ]);
  const parent = parseTraceparent(asked);
  const span = tracer.startSpan("train", {
    kind: SpanKind.CONSUMER,
    attributes: { ...attributesOf(run), "epochql.worker.id": worker },
    links: linksTo(before),
  }, parent);
  const within = trace.setSpan(parent, span);
  const parts = watchParts(span, within, run.id);
  try {
    const left = await context.with(within, () => train(parts));
    parts.left(left);
    return left;
  } catch (error) {
    parts.failed(error);
    throw error;
  } finally {
    parts.end();
  }
}

/** Adds the traceparent of the span to the event that starts the training. */
export function withTraceparent(event: StartedEvent): StartedEvent & Traced {
  return { ...event, ...traced(currentTraceparent()) };
}

/** Creates the child spans of an attempt: loading, then one epoch after the other. */
function watchParts(span: Span, within: Context, runId: string) {
  const begin = (name: string, startTime: number) =>
    tracer.startSpan(name, { startTime, attributes: { "epochql.run.id": runId } }, within);
  /** End of the previous child span. */
  let since = Date.now();
  let part: Span | undefined = begin("load", since);
  let isMarked = false;
  const endPart = () => {
    part?.end();
    part = undefined;
    since = Date.now();
  };
  const fail = (type: string, message: string) => {
    if (!isMarked) markFailed(span, type, message);
    isMarked = true;
  };
  return {
    heard(report: MeasuredEvent): void {
      switch (report.type) {
        case "started":
          endPart();
          span.setAttributes({
            "epochql.device": report.device,
            "epochql.engine": report.engine,
            "epochql.steps": report.steps,
          });
          break;
        case "batches":
          part ??= begin("epoch", since);
          break;
        case "epoch":
          part ??= begin("epoch", since);
          part.setAttributes({
            "epochql.epoch.number": report.number,
            "epochql.epoch.train_acc": report.trainAcc,
            "epochql.epoch.train_loss": report.trainLoss,
            "epochql.epoch.test_acc": report.testAcc,
            "epochql.epoch.test_loss": report.testLoss,
          });
          endPart();
          break;
        case "trouble":
          if (report.message !== null) span.addEvent("trouble", { message: report.message });
          break;
        case "checkpoint":
        case "system":
        case "log":
          break;
        default:
          report satisfies never;
      }
    },
    failed(error: unknown): void {
      if (error instanceof Error) fail(error.name, error.message);
      else fail("Error", String(error));
    },
    /** Records the final state of the run; undefined if the claim was lost or the state could not be written. */
    left(run: Run | undefined): void {
      const { state, error } = run?.snapshot ?? { state: "LOST", error: null };
      span.setAttribute("epochql.run.state", state);
      if (error !== null) fail("TrainingError", error);
    },
    end(): void {
      endPart();
      span.end();
    },
  };
}

function attributesOf(run: Run): Attributes {
  const { id, spec, snapshot } = run;
  return {
    "epochql.run.id": id,
    "epochql.run.attempt": snapshot.attempts,
    "epochql.recipe": spec.recipe,
    "epochql.dataset": spec.dataset,
    "epochql.epochs": epochsOf(run),
    "epochql.batch_size": spec.batchSize,
    "epochql.device.requested": spec.device,
  };
}

/**
 * Reads the traceparent of the last event of some types. Returns undefined if the store is unavailable, so that no
 * training waits for it.
 */
async function lastTraceparent(
  store: RunStore,
  runId: string,
  types: readonly RunEventType[],
): Promise<string | undefined> {
  try {
    const [event] = await store.read(runId, { afterSeq: 0, limit: 1, last: true, types });
    return event && "traceparent" in event ? event.traceparent : undefined;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

function linksTo(traceparent: string | undefined): Link[] {
  const linked = trace.getSpanContext(parseTraceparent(traceparent));
  return linked ? [{ context: linked }] : [];
}
