/** Announces each new epoch to screen readers. */
import type { EpochPoint } from "../../../pictures/curves_option.ts";
import { percent } from "../../../lib/format.ts";

interface EpochNewsProps {
  readonly epochs: readonly EpochPoint[];
  /** The run's total number of epochs. */
  readonly all: number;
}

/** A text for screen readers about the latest epoch. */
export function EpochNews({ epochs, all }: EpochNewsProps) {
  const last = epochs.at(-1);
  return (
    <p className="hidden-text" role="status">
      {last && `Epoch ${last.number} of ${all}: test accuracy ${percent(last.testAcc)}.`}
    </p>
  );
}
