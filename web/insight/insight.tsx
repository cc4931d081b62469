/** Evaluates a run by its newest or a selected checkpoint: the frame around both views. */
import { useState } from "react";
import { isVersion } from "../../data/reference.ts";
import { isFinished } from "../../runs/log/state.ts";
import { OperationsButton } from "../graphiql/operations_button.tsx";
import { shown } from "../graphiql/shown_operation.ts";
import type { RunItem } from "../training/operations.ts";
import type { CheckpointSelection } from "./checkpoint_selection.ts";
import { CheckpointSelect } from "./checkpoint_select.tsx";
import { DrawView } from "./draw/draw_view.tsx";
import { PhotoView } from "./photo/photo_view.tsx";
import { FeaturesView } from "./features/features_view.tsx";
import { LearnedView } from "./learned_view.tsx";
import { NoCheckpoint } from "./no_checkpoint.tsx";
import { type Checkpoint, CHECKPOINTS_QUERY } from "./operations.ts";
import { useCheckpoints } from "./use_checkpoints.ts";
import { useNetworkTraits } from "./use_network_traits.ts";

interface InsightProps {
  readonly run: RunItem;
  readonly view: "learned" | "draw";
}

/** The evaluation of a run or, with view 'draw', its predictions for samples of the user. */
export function Insight({ run, view }: InsightProps) {
  const known = useCheckpoints(run);
  const traits = useNetworkTraits(run.id);
  const [chosen, setChosen] = useState<Checkpoint | null>(null);
  if (!known || !traits) return <div className="insight" aria-busy="true" />;

  const { checkpoints, dataset } = known;
  const checkpoint = chosen ?? checkpoints.at(-1);
  const asked: CheckpointSelection | undefined = checkpoint &&
    { file: chosen?.file ?? null, checkpoint };
  const select = asked && (
    <CheckpointSelect checkpoints={checkpoints} chosen={chosen} onChoose={setChosen} />
  );
  // A run that has ended gets no checkpoint any more, so there is nothing to draw for.
  if (view === "draw" && (asked || !isFinished(run.state))) {
    const { featureCount: count } = traits;
    if (count !== undefined) return <FeaturesView {...{ run, count, asked, select }} />;
    return isVersion(dataset)
      ? <PhotoView run={run} asked={asked} select={select} />
      : <DrawView run={run} asked={asked} dataset={dataset} select={select} />;
  }
  if (asked) return <LearnedView {...{ run, asked, select, traits }} />;
  return (
    <div className="insight">
      <div className="panel-empty">
        <NoCheckpoint run={run} />
        <OperationsButton
          title="Evaluation"
          operations={() => [shown("Checkpoints", CHECKPOINTS_QUERY, { id: run.id })]}
        />
      </div>
    </div>
  );
}
