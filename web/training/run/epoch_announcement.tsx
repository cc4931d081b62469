/** Says each new epoch to screen readers, as the curves say it to eyes. */
import type { EpochPoint } from "../../../pictures/curves_option.ts";
import { percent } from "../../parts/format.ts";

interface EpochNewsProps {
  readonly epochs: readonly EpochPoint[];
  /** How many epochs the run has in all. */
  readonly all: number;
}

export function EpochNews({ epochs, all }: EpochNewsProps) {
  const last = epochs.at(-1);
  return (
    <p className="hidden-text" role="status">
      {last && `Epoch ${last.number} of ${all}: test accuracy ${percent(last.testAcc)}.`}
    </p>
  );
}
