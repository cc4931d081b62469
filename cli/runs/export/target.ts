/** Places that the metrics of a run are written to. */
import type { EpochMetrics, StepMetrics, Timed } from "../../../exports/metrics/tensorboard.ts";
import type { ExportedRun, MetricItem } from "../operations.ts";

/** The metrics of an event, with its position in the log. */
export type MetricEvent =
  & { readonly seq: number }
  & (
    | Timed<{ readonly kind: "epoch" } & EpochMetrics>
    | Timed<{ readonly kind: "steps" } & StepMetrics>
  );

/** A place for one run's metrics. */
export interface Target {
  /** The seq of the last event that the place has for certain; 0 to begin with the first. */
  readonly afterSeq: number;
  /** Writes the next events, in their order. */
  write(events: readonly MetricEvent[]): Promise<void>;
  /** Called once the log has been read to its present end. */
  catchUp(): Promise<void>;
  /** Writes what has become of the run and releases the place. */
  close(run: ExportedRun): Promise<void>;
  /** The place as shown to users. */
  readonly shown: string;
}

/** Selects the metrics of an event; undefined if it has none. */
export function metricsOf(item: MetricItem): MetricEvent | undefined {
  switch (item.__typename) {
    case "Epoch":
      return { kind: "epoch", ...item };
    case "BatchesEvent":
      return { kind: "steps", ...item };
    default:
      return undefined;
  }
}
