/** The open run: what it is, how far it is, its curves, its epochs and what happened to it. */
import { Suspense, useState } from "react";
import { count } from "../parts/format.ts";
import { lazyPart } from "../parts/lazy_part.ts";
import { OperationsButton, shown } from "../parts/operations_button.tsx";
import { batchInterval } from "./batch_interval.ts";
import { Checkpoints } from "./checkpoints.tsx";
import { EpochNews } from "./epoch_news.tsx";
import { EpochTable } from "./epoch_table.tsx";
import {
  BATCHES_FEED,
  CANCEL_TRAINING,
  DELETE_RUN,
  EPOCHS_FEED,
  PAUSE_TRAINING,
  RESUME_TRAINING,
  RUN_QUERY,
  type RunItem,
} from "./operations.ts";
import { ProgressLine } from "./progress_line.tsx";
import { RunActions } from "./run_actions.tsx";
import { RunFiles } from "./run_files.tsx";
import { RunLog } from "./run_log.tsx";
import { StateBadge } from "./state_badge.tsx";
import { useCurves } from "./use_curves.ts";
import { useProgress } from "./use_progress.ts";

// The charts' library is a third of the page: it is loaded when there is a run to draw.
const CurvesChart = lazyPart(async () => (await import("./curves_chart.tsx")).CurvesChart);

interface RunViewProps {
  readonly run: RunItem;
  onChanged(run: RunItem): void;
  /** The user has asked something of it. */
  onActed(run: RunItem): void;
  onDeleted(id: string): void;
}

export function RunView({ run, onChanged, onActed, onDeleted }: RunViewProps) {
  const curves = useCurves(run);
  const [problem, setProblem] = useState<string>();
  useProgress(run, onChanged);

  const said = problem ?? run.error ?? curves.error;
  return (
    <article className="run" aria-label={`Run ${run.name}`}>
      <header className="run-header">
        <div className="run-heading">
          <h3 className="run-name">{run.name}</h3>
          <StateBadge state={run.state} />
        </div>
        <div className="buttons run-buttons">
          <RunActions
            run={run}
            onChanged={onActed}
            onDeleted={onDeleted}
            onProblem={setProblem}
          />
          <OperationsButton title={run.name} operations={() => operationsOf(run)} />
        </div>
        <p className="run-facts panel-note">{factsOf(run)}</p>
      </header>
      {said && <p className="panel-error" role="alert">{said}</p>}
      <ProgressLine run={run} curves={curves} />
      <Suspense fallback={<div className="curves" />}>
        <CurvesChart curves={curves} epochs={run.progress.epochs} />
      </Suspense>
      <EpochNews epochs={curves.epochs} all={run.progress.epochs} />
      <EpochTable epochs={curves.epochs} />
      <footer className="run-footer">
        <RunLog run={run} />
        <Checkpoints run={run} />
        {curves.epochs.length > 0 && <RunFiles runId={run.id} />}
      </footer>
    </article>
  );
}

/** The run's settings, but for those that its name tells: a run that was given none is named by two of them. */
function factsOf({ name, recipe, seed, batchSize, learningRate, trainSamples, device }: RunItem) {
  return [
    ...(recipe === null || name.includes(recipe) ? [] : [recipe]),
    ...(name.includes(String(seed)) ? [] : [`seed ${seed}`]),
    `batches of ${batchSize}`,
    `learning rate ${learningRate}`,
    `${count(trainSamples)} samples`,
    ...(device === null ? [] : [device]),
  ].join(" · ");
}

function operationsOf({ id, progress: { steps } }: RunItem) {
  return [
    shown("Watch epochs", EPOCHS_FEED, { runId: id, afterEpoch: 0 }),
    shown("Watch batches", BATCHES_FEED, {
      runId: id,
      afterStep: 0,
      every: batchInterval(steps),
    }),
    shown("Read", RUN_QUERY, { id }),
    shown("Pause", PAUSE_TRAINING, { runId: id }),
    shown("Resume", RESUME_TRAINING, { runId: id }),
    shown("Cancel", CANCEL_TRAINING, { runId: id }),
    shown("Delete", DELETE_RUN, { runId: id }),
  ];
}
