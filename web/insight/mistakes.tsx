/** The misclassified samples, those with the lowest probability of their class first. */
import { useState } from "react";
import { useAnswer } from "../api/use_answer.ts";
import { count } from "../../lib/format.ts";
import type { RunItem } from "../training/operations.ts";
import type { CheckpointSelection } from "./checkpoint_selection.ts";
import { checkpointName } from "./checkpoint_name.ts";
import { type Cell, countAt, mistakesIn, nameOf } from "./confusion.ts";
import { MistakeCard } from "./mistake_card.tsx";
import { MISTAKES_QUERY, TESTED_QUERY } from "./operations.ts";

/** The number of samples shown at first, and the maximum. */
const FIRST = 12;
const MOST = 1000;

interface MistakesProps {
  readonly run: RunItem;
  readonly asked: CheckpointSelection;
  /** Limits the list to one cell of the confusion matrix. */
  readonly cell: Cell | undefined;
  onAll(): void;
}

/** The misclassified samples of one cell of the confusion matrix, or of all. */
export function Mistakes({ run, asked, cell, onAll }: MistakesProps) {
  const { file, checkpoint: meant } = asked;
  const { data, error } = useAnswer(TESTED_QUERY, { id: run.id, checkpoint: file }, meant.step);
  const tested = data?.run?.confusionMatrix;
  const isCurrent = tested?.checkpoint.file === meant.file;
  return (
    <section className="mistakes-part" aria-label="Mistakes">
      <header className="mistakes-header">
        <h4 className="panel-subtitle">
          {tested ? cell ? nameOf(cell, tested) : titleOf(mistakesIn(tested)) : "Worst mistakes"}
        </h4>
        {cell && <button type="button" className="button" onClick={onAll}>All mistakes</button>}
      </header>
      {error
        ? <p className="panel-error" role="alert">{error}</p>
        : !isCurrent && (
          <p className="panel-note" role="status">
            {tested && `These are of ${checkpointName(tested.checkpoint)}. `}
            {`Testing ${checkpointName(meant)}…`}
          </p>
        )}
      {tested && (
        <MistakeList
          // Each selection starts at the first page.
          key={JSON.stringify(cell)}
          runId={run.id}
          checkpoint={tested.checkpoint.file}
          classes={tested.classes}
          cell={cell}
          total={cell ? countAt(cell, tested) : mistakesIn(tested)}
        />
      )}
    </section>
  );
}

interface MistakeListProps {
  readonly runId: string;
  /** The file of the evaluated checkpoint. */
  readonly checkpoint: string;
  readonly classes: readonly string[];
  readonly cell: Cell | undefined;
  /** The number of misclassified samples. */
  readonly total: number;
}

function MistakeList({ runId, checkpoint, classes, cell, total }: MistakeListProps) {
  const [first, setFirst] = useState(FIRST);
  const { data, isCurrent, error } = useAnswer(
    MISTAKES_QUERY,
    mistakesVariables(runId, checkpoint, cell, first),
  );
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (total === 0) return <p className="panel-note">There is none.</p>;
  const mistakes = data?.run?.mistakes;
  if (data && !mistakes) {
    return <p className="panel-note">That checkpoint was just deleted; newer ones exist.</p>;
  }
  return (
    <>
      <ul className="mistakes" aria-busy={!isCurrent}>
        {mistakes?.map((mistake) => (
          <MistakeCard key={mistake.sample.id} mistake={mistake} classes={classes} />
        ))}
      </ul>
      {mistakes && mistakes.length < Math.min(total, MOST) && (
        <button
          type="button"
          className="button mistakes-more"
          onClick={() => setFirst(Math.min(MOST, 3 * first))}
        >
          Show more of {count(total)}
        </button>
      )}
    </>
  );
}

/** Returns the variables of the query, which the operations dialog shows too. */
export function mistakesVariables(
  id: string,
  checkpoint: string,
  cell: Cell | undefined,
  first: number = FIRST,
) {
  const { label = null, predicted = null } = cell ?? {};
  return { id, checkpoint, first, label, predicted };
}

/** Writes the heading of all errors, which are listed by the probability of the true class. */
function titleOf(errors: number): string {
  return `${count(errors)} ${
    errors === 1 ? "error" : "errors"
  }, lowest probability of the true class first`;
}
