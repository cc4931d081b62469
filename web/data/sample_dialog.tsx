/** One sample, enlarged. */
import { Dialog } from "../parts/dialog.tsx";
import { count } from "../../lib/format.ts";
import type { Sample, Selection } from "./operations.ts";

interface SampleDialogProps {
  readonly sample: Sample;
  readonly selection: Selection;
  /** Absent for the first and the last sample. */
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
  onClose(): void;
}

/** A dialog with one sample and its label, and buttons for its neighbours. */
export function SampleDialog(
  { sample, selection, onPrevious, onNext, onClose }: SampleDialogProps,
) {
  return (
    <Dialog title={`Sample ${count(sample.index)}`} onClose={onClose}>
      <figure className="sample">
        <img
          className="digit"
          src={sample.image}
          alt={`Sample of ${sample.className}`}
          width="280"
          height="280"
        />
        <figcaption>
          Labelled <strong>{sample.className}</strong> in the{" "}
          {selection.split === "TRAIN" ? "training" : "test"} set of {selection.dataset}
        </figcaption>
      </figure>
      <div className="buttons">
        <button type="button" className="button" disabled={!onPrevious} onClick={onPrevious}>
          Previous
        </button>
        <button type="button" className="button" disabled={!onNext} onClick={onNext}>
          Next
        </button>
      </div>
    </Dialog>
  );
}
