/// <reference lib="dom" />
/**
 * A run's points, replayed from its log and then live. Points may come by the thousand; React hears of
 * them at most once a frame.
 */
import { useEffect, useState } from "react";
import type { BatchPoint } from "../../pictures/curves_option.ts";
import { follow } from "../api/follow.ts";
import { messageOf } from "../parts/message_of.ts";
import { onFrame } from "../parts/on_frame.ts";
import { batchInterval } from "./batch_interval.ts";
import { followEpochs, isRunOver } from "./follow_epochs.ts";
import { BATCHES_FEED, type Epoch, type RunItem } from "./operations.ts";
import { useResumptions } from "./use_resumptions.ts";

export interface Curves {
  readonly epochs: readonly Epoch[];
  readonly batches: readonly BatchPoint[];
  /** The last step heard of. */
  readonly step: number;
  /** Why the API refuses the run's points. */
  readonly error?: string;
}

export function useCurves(run: RunItem): Curves {
  const { id, progress: { steps, epochs: allEpochs } } = run;
  const resumptions = useResumptions([run]);
  const [curves, setCurves] = useState<Curves>({ epochs: [], batches: [], step: 0 });

  useEffect(() => {
    const abort = new AbortController();
    const epochs: Epoch[] = [];
    const batches: BatchPoint[] = [];
    let step = 0;
    const frame = onFrame(() => {
      setCurves({ epochs: [...epochs], batches: [...batches], step });
    });
    const every = batchInterval(steps);
    const stepsPerEpoch = Math.max(1, steps / Math.max(1, allEpochs));
    const feeds = [
      followEpochs(id, epochs, frame.request, abort.signal),
      follow(BATCHES_FEED, {
        variables: () => ({ runId: id, afterStep: step, every }),
        next({ batches: batch }) {
          step = batch.step;
          batches.push({ epoch: step / stepsPerEpoch, loss: batch.loss, acc: batch.acc });
          frame.request();
        },
        isOver: () => isRunOver(id, abort.signal),
      }, abort.signal),
    ];
    Promise.all(feeds).catch((problem) => {
      if (!abort.signal.aborted) setCurves({ epochs, batches, step, error: messageOf(problem) });
    });
    return () => {
      abort.abort();
      frame.cancel();
    };
  }, [id, steps, allEpochs, resumptions]);

  return curves;
}
