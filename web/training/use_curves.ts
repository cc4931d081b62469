/// <reference lib="dom" />
/**
 * A run's points, replayed from its log and then live. Points may come by the thousand; React hears of
 * them at most once a frame.
 */
import { useEffect, useState } from "react";
import type { BatchPoint, EpochPoint } from "../../pictures/curves_option.ts";
import { isOver as isFinal } from "../../runs/state.ts";
import { follow } from "../api/follow.ts";
import { BATCHES_FEED, EPOCHS_FEED, RUN_QUERY, type RunItem } from "../api/operations.ts";
import { request } from "../api/request.ts";

/** As many batches as a chart has pixels to show. */
const SHOWN_BATCHES = 1500;

export interface Curves {
  readonly epochs: readonly EpochPoint[];
  readonly batches: readonly BatchPoint[];
  /** The last step heard of. */
  readonly step: number;
  /** Why the API refuses the run's points. */
  readonly error?: string;
}

export function useCurves({ id, progress: { steps, epochs: allEpochs } }: RunItem): Curves {
  const [curves, setCurves] = useState<Curves>({ epochs: [], batches: [], step: 0 });

  useEffect(() => {
    const abort = new AbortController();
    const epochs: EpochPoint[] = [];
    const batches: BatchPoint[] = [];
    let step = 0;
    let frame = 0;
    const draw = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setCurves({ epochs: [...epochs], batches: [...batches], step });
      });
    };
    const isOver = async () => {
      const { run } = await request(RUN_QUERY, { id }, abort.signal);
      return run === null || isFinal(run.state);
    };
    const every = Math.max(1, Math.ceil(steps / SHOWN_BATCHES));
    const stepsPerEpoch = Math.max(1, steps / Math.max(1, allEpochs));
    const feeds = [
      follow(EPOCHS_FEED, {
        variables: () => ({ runId: id, afterEpoch: epochs.at(-1)?.number ?? 0 }),
        next: ({ epochs: epoch }) => {
          epochs.push(epoch);
          draw();
        },
        isOver,
      }, abort.signal),
      follow(BATCHES_FEED, {
        variables: () => ({ runId: id, afterStep: step, every }),
        next: ({ batches: batch }) => {
          step = batch.step;
          batches.push({ epoch: step / stepsPerEpoch, loss: batch.loss, acc: batch.acc });
          draw();
        },
        isOver,
      }, abort.signal),
    ];
    Promise.all(feeds).catch((error: Error) => {
      if (!abort.signal.aborted) setCurves({ epochs, batches, step, error: error.message });
    });
    return () => {
      abort.abort();
      cancelAnimationFrame(frame);
    };
  }, [id, steps, allEpochs]);

  return curves;
}
