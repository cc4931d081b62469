/**
 * A training that begins before its run is written down: the process that trains takes a while to start, and
 * what else there is to do is done meanwhile. It also tells early whether the training can be done at all.
 */
import type { TrainingEvent } from "../../ml/event.ts";
import type { TrainingSpec } from "../../ml/spec.ts";
import type { Trainer } from "../../runs/trainer.ts";

/** A training that has begun. */
export interface EarlyTraining {
  /**
   * Resolves when the first step is about to be taken.
   *
   * @throws what the trainer throws: that the training cannot be done, and why
   */
  readonly begun: Promise<void>;
  /** A trainer whose first training is this one. */
  readonly trainer: Trainer;
  /** Ends the training, if nobody has taken it. */
  abandon(): Promise<void>;
}

/** Begins to train a spec. */
export function beginEarly(trainer: Trainer, spec: TrainingSpec): EarlyTraining {
  const controller = new AbortController();
  const events = trainer.train(spec, { signal: controller.signal })[Symbol.asyncIterator]();
  const first = events.next();
  const begun = first.then(() => {});
  begun.catch(() => {}); // Whoever takes the training sees it too.
  let isTaken = false;

  async function* take(signal: AbortSignal): AsyncGenerator<TrainingEvent, void> {
    const stop = () => controller.abort(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    try {
      for (let next = await first; !next.done; next = await events.next()) yield next.value;
    } finally {
      signal.removeEventListener("abort", stop);
      await events.return?.();
    }
  }

  return {
    begun,
    trainer: {
      devices: (options) => trainer.devices(options),
      train(wanted, options) {
        if (isTaken || !isSame(wanted, spec)) return trainer.train(wanted, options);
        isTaken = true;
        return take(options.signal);
      },
    },
    async abandon() {
      if (isTaken) return;
      controller.abort();
      await events.return?.();
    },
  };
}

function isSame(one: TrainingSpec, other: TrainingSpec): boolean {
  return (Object.keys(one) as (keyof TrainingSpec)[]).every((key) => one[key] === other[key]);
}
