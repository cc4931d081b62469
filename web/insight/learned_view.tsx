/** A checkpoint's evaluation on the run's test set: confusion matrix, scores by class, errors and filters. */
import { type ReactNode, useState } from "react";
import { useAnswer } from "../api/use_answer.ts";
import { count, percent } from "../../lib/format.ts";
import { OperationsButton } from "../graphiql/operations_button.tsx";
import { shown } from "../graphiql/shown_operation.ts";
import { useTheme } from "../parts/use_theme.ts";
import type { RunItem } from "../training/operations.ts";
import type { CheckpointSelection } from "./checkpoint_selection.ts";
import { checkpointName } from "./checkpoint_name.ts";
import { ClassTable } from "./class_table.tsx";
import { type Cell, samplesIn } from "./confusion.ts";
import { ConfusionTable } from "./confusion_table.tsx";
import { KernelsPicture } from "./kernels_picture.tsx";
import { LearnedFiles } from "./learned_files.tsx";
import { Mistakes, mistakesVariables } from "./mistakes.tsx";
import type { NetworkTraits } from "./use_network_traits.ts";
import {
  CHECKPOINTS_QUERY,
  type ConfusionMatrix,
  KERNELS_QUERY,
  LEARNED_QUERY,
  MISTAKES_QUERY,
} from "./operations.ts";

interface LearnedViewProps {
  readonly run: RunItem;
  readonly asked: CheckpointSelection;
  /** The control that selects the checkpoint. */
  readonly select: ReactNode;
  readonly traits: NetworkTraits;
}

/** The evaluation of the selected checkpoint, which is read again when it changes. */
export function LearnedView({ run, asked, select, traits }: LearnedViewProps) {
  const [cell, setCell] = useState<Cell>();
  const theme = useTheme() === "dark" ? "DARK" : "LIGHT";
  const { file, checkpoint: meant } = asked;
  const { data, error } = useAnswer(LEARNED_QUERY, { id: run.id, checkpoint: file }, meant.step);
  const matrix = data?.run?.confusionMatrix;
  const report = data?.run?.classReport;
  const hasPictures = traits.featureCount === undefined;
  const isCurrent = matrix?.checkpoint.file === meant.file;

  return (
    <section className="insight" aria-label="Evaluation" aria-busy={!isCurrent}>
      <header className="insight-header">
        {select}
        <OperationsButton
          title="Evaluation"
          operations={() => [
            shown("Matrix and report", LEARNED_QUERY, { id: run.id, checkpoint: file }),
            ...hasPictures
              ? [shown("Mistakes", MISTAKES_QUERY, mistakesVariables(run.id, meant.file, cell))]
              : [],
            ...traits.hasKernels
              ? [shown("Kernels", KERNELS_QUERY, { id: run.id, checkpoint: file, theme })]
              : [],
            shown("Checkpoints", CHECKPOINTS_QUERY, { id: run.id }),
          ]}
        />
      </header>
      <p className="panel-note" role="status">
        {matrix && `${summaryOf(matrix)} `}
        {!isCurrent && !error && `Testing ${checkpointName(meant)}…`}
      </p>
      {error && <p className="panel-error" role="alert">{error}</p>}
      {matrix && report && (
        <div className="insight-columns">
          <ConfusionTable
            matrix={matrix}
            chosen={cell}
            onChoose={hasPictures ? setCell : undefined}
          />
          <ClassTable report={report} />
        </div>
      )}
      {!error && (
        <>
          {hasPictures && (
            <Mistakes
              run={run}
              asked={asked}
              cell={cell}
              onAll={() => setCell(undefined)}
            />
          )}
          {traits.hasKernels && <KernelsPicture runId={run.id} asked={asked} theme={theme} />}
          {matrix && (
            <LearnedFiles
              runId={run.id}
              checkpoint={matrix.checkpoint}
              hasKernels={traits.hasKernels}
            />
          )}
        </>
      )}
    </section>
  );
}

function summaryOf(matrix: ConfusionMatrix): string {
  const all = count(samplesIn(matrix));
  return `After ${checkpointName(matrix.checkpoint)}: ${percent(matrix.accuracy)} of ${all} test ` +
    "samples correct.";
}
