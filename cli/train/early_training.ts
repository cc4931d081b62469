/**
 * A training that starts before its run is stored: the trainer process takes a while to start, and the rest
 * is set up meanwhile. It also finds early that a training is impossible.
 */
import { differingFields } from "../../ml/spec/compare.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { Trainer, TrainerEvent, TrainOptions } from "../../runs/trainer/trainer.ts";

/** A training that was started. */
export interface EarlyTraining {
  /**
   * Resolves just before the first step. Lines for the log come before it, and wait.
   *
   * @throws the trainer's error if the training is impossible
   */
  readonly begun: Promise<void>;
  /** A trainer whose first training is this one. */
  readonly trainer: Trainer;
  /** Ends the training, unless a run has taken it. */
  abandon(): Promise<void>;
}

/**
 * Starts to train a spec.
 *
 * @param checkpointFolder the folder for its checkpoints
 * @param weights the file of the weights to begin with
 */
export function beginEarly(
  trainer: Trainer,
  spec: TrainingSpec,
  checkpointFolder: string,
  weights?: string,
): EarlyTraining {
  const [stop, pause] = [new AbortController(), new AbortController()];
  const events = trainer.train(spec, {
    signal: stop.signal,
    pause: pause.signal,
    checkpointFolder,
    weights,
  })[Symbol.asyncIterator]();
  const lines: TrainerEvent[] = [];
  const first = (async () => {
    for (;;) {
      const next = await events.next();
      if (next.done || next.value.type !== "log") return next;
      lines.push(next.value);
    }
  })();
  const begun = first.then(() => {});
  begun.catch(() => {}); // The run that takes the training gets the error too.
  let isTaken = false;

  async function* take(options: TrainOptions): AsyncGenerator<TrainerEvent, void> {
    const letGo = [follow(options.signal, stop), follow(options.pause, pause)];
    try {
      const begin = await first;
      yield* lines;
      for (let next = begin; !next.done; next = await events.next()) yield next.value;
    } finally {
      for (const go of letGo) go();
      await events.return?.();
    }
  }

  return {
    begun,
    trainer: {
      devices: (options) => trainer.devices(options),
      train(wanted, options) {
        if (isTaken || options.from !== undefined || differingFields(wanted, spec).length > 0) {
          return trainer.train(wanted, options);
        }
        isTaken = true;
        return take(options);
      },
    },
    async abandon() {
      if (isTaken) return;
      stop.abort();
      await events.return?.();
    },
  };
}

/** Aborts a controller when a signal aborts; returns a function that stops that. */
function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}
