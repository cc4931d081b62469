/** The open run: what it is, how far it is, its curves and its epochs. */
import { useState } from "react";
import { isOver } from "../../runs/state.ts";
import { CANCEL_TRAINING, type RunItem } from "../api/operations.ts";
import { request } from "../api/request.ts";
import { CurvesChart } from "./curves_chart.tsx";
import { EpochTable } from "./epoch_table.tsx";
import { ProgressLine } from "./progress_line.tsx";
import { StateBadge } from "./state_badge.tsx";
import { useCurves } from "./use_curves.ts";
import { useProgress } from "./use_progress.ts";

export function RunView(
  { run, onChanged }: { readonly run: RunItem; onChanged(run: RunItem): void },
) {
  const curves = useCurves(run);
  const [error, setError] = useState<string>();
  useProgress(run, onChanged);

  const cancel = async () => {
    setError(undefined);
    try {
      const { cancelTraining } = await request(CANCEL_TRAINING, { runId: run.id });
      onChanged(cancelTraining.run);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
    }
  };

  const said = error ?? run.error ?? curves.error;
  return (
    <article className="run" aria-label={`Run ${run.name}`}>
      <header className="run-header">
        <h3 className="run-name">{run.name}</h3>
        <StateBadge state={run.state} />
        <span className="run-facts">
          {[run.recipe, `seed ${run.seed}`, run.device].filter(Boolean).join(" · ")}
        </span>
        {!isOver(run.state) && (
          <button
            type="button"
            className="button"
            onClick={cancel}
            disabled={run.state === "CANCELLING"}
          >
            Cancel
          </button>
        )}
      </header>
      {said && <p className="training-error" role="alert">{said}</p>}
      <ProgressLine run={run} curves={curves} />
      <CurvesChart curves={curves} epochs={run.progress.epochs} />
      <EpochTable epochs={curves.epochs} />
    </article>
  );
}
