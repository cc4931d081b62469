/** The open run: its name and settings, its progress, its curves or its evaluation, and its log. */
import { Suspense } from "react";
import { Choice } from "../../parts/choice.tsx";
import { isVersion, parseReference } from "../../../data/reference.ts";
import { count } from "../../../lib/format.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { lazyPart } from "../../parts/lazy_part.ts";
import { PageLink } from "../../parts/page_link.tsx";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { Checkpoints } from "./checkpoints.tsx";
import { batchInterval, SHOWN_STEPS } from "../../../pictures/trend.ts";
import { Machine } from "./machine.tsx";
import {
  BATCHES_FEED,
  CANCEL_TRAINING,
  CURVE_QUERY,
  DELETE_RUN,
  EPOCHS_FEED,
  PAUSE_TRAINING,
  RESUME_TRAINING,
  RUN_QUERY,
  type RunItem,
  SYSTEM_QUERY,
  UPDATE_RUN,
} from "../operations.ts";
import { RunActions } from "./run_actions.tsx";
import { RunCurves } from "../charts/run_curves.tsx";
import { RunFiles } from "./run_files.tsx";
import { RunLog } from "./run_log.tsx";
import { RunName } from "../describe/run_name.tsx";
import { RunNote } from "../describe/run_note.tsx";
import { RunTags } from "../describe/run_tags.tsx";
import { RunProblem } from "./run_problem.tsx";
import { RunSettingsPart } from "../settings/run_settings.tsx";
import { mainSettings } from "../../../ml/spec/words/main_settings.ts";
import { networkLabel, type SetRun } from "../settings/settings.ts";
import { StateBadge } from "../list/state_badge.tsx";
import { useDescription } from "../describe/use_description.ts";
import { useProgress } from "./use_progress.ts";
import { useRunSettings } from "../settings/use_run_settings.ts";
import { useProblem } from "../../api/use_problem.ts";

const Insight = lazyPart(async () => (await import("../../insight/insight.tsx")).Insight);

const VIEWS = [
  { value: "curves", text: "Curves" },
  { value: "learned", text: "Evaluation" },
  { value: "draw", text: "Draw a digit" },
] as const;

/** The views of a run on an imported dataset, whose samples cannot be drawn by hand. */
const PHOTO_VIEWS = VIEWS.map(({ value, text }) => (
  { value, text: value === "draw" ? "Predict" : text }
));

/** The view of a run. */
export type RunViewName = (typeof VIEWS)[number]["value"];

interface RunViewProps {
  readonly run: RunItem;
  readonly view: RunViewName;
  onView(view: RunViewName): void;
  onChanged(run: RunItem): void;
  /** Called when a mutation on the run succeeded. */
  onActed(run: RunItem): void;
  onDeleted(id: string): void;
  /** Called when it turns out that the run was deleted elsewhere. */
  onLost(id: string): void;
  /** Called to list the runs with a tag. */
  onTag(tag: string): void;
}

/** A run with all its parts. */
export function RunView(
  { run, view, onView, onChanged, onActed, onDeleted, onLost, onTag }: RunViewProps,
) {
  const [problem, setProblem] = useProblem();
  const description = useDescription(run, onActed);
  const isPhoto = isVersion(run.dataset);
  const obstacle = useProgress(run, onChanged, onLost);
  const [setRun] = useRunSettings([run]);

  const said = problem ?? run.error;
  return (
    <article className="run" aria-label={`Run ${run.name}`} data-photo={isPhoto || undefined}>
      <header className="run-header">
        <div className="run-heading">
          <RunName description={description} />
          <StateBadge state={run.state} warning={run.warning} />
        </div>
        <div className="buttons run-buttons">
          <RunActions
            run={run}
            onChanged={onActed}
            onDeleted={onDeleted}
            onProblem={setProblem}
          />
          <PageLink to={{ view: "new", like: run.id }} className="button">Start again</PageLink>
          <OperationsButton title={run.name} operations={() => operationsOf(run)} />
        </div>
        <p className="run-facts panel-note">
          <RunFacts run={run} setRun={setRun} />
        </p>
        <RunTags description={description} onTag={onTag} />
        <RunNote id={run.id} description={description} />
      </header>
      {said && <p className="panel-error" role="alert">{said}</p>}
      {run.warning && <p className="run-warning" role="note">{run.warning}</p>}
      <p className="run-obstacle" role="status">{obstacle}</p>
      <RunProblem run={run} />
      <RunCurves
        run={run}
        views={
          <Choice
            label="View"
            options={isPhoto ? PHOTO_VIEWS : VIEWS}
            chosen={view}
            onChoose={onView}
          />
        }
        inPlaceOfCurves={view !== "curves" && (
          <Suspense fallback={<div className="insight" aria-busy="true" />}>
            <Insight run={run} view={view} />
          </Suspense>
        )}
      />
      <Machine run={run} />
      <footer className="run-footer">
        <RunLog run={run} />
        <RunSettingsPart run={setRun} />
        <Checkpoints run={run} onChanged={onActed} />
        {(run.progress.epoch > 0 || isFinished(run.state)) && (
          <RunFiles
            runId={run.id}
            version={run.progress.epoch + (isFinished(run.state) ? 1 : 0)}
          />
        )}
      </footer>
    </article>
  );
}

interface RunFactsProps {
  readonly run: RunItem;
  /** The run with all its settings; undefined until they have arrived. */
  readonly setRun: SetRun | undefined;
}

const BETWEEN = "\u00a0· ";

/** Lists the run's settings. An automatic name is made of recipe and seed, which are not repeated. */
function RunFacts({ run, setRun }: RunFactsProps) {
  const { name, recipe, seed, batchSize, learningRate, trainSamples, device, engine } = run;
  const isNamed = name !== `${recipe}, seed ${seed}`;
  const dataset = parseReference(run.dataset).name;
  const before = isNamed ? [networkLabel(run), `seed ${seed}`, ""] : [""];
  const after = [
    "",
    `batches of ${batchSize}`,
    `learning rate ${learningRate}`,
    ...(setRun ? mainSettings(setRun.input) : []),
    ...(device === null ? [] : [device]),
    ...(engine === null ? [] : [engine]),
  ];
  return (
    <>
      {before.join(BETWEEN)}
      {count(trainSamples)} samples of <PageLink to={{ view: "data", dataset }}>{dataset}</PageLink>
      {after.join(BETWEEN)}
    </>
  );
}

function operationsOf({ id, name, tags, note, progress: { steps } }: RunItem) {
  return [
    shown("Watch epochs", EPOCHS_FEED, { runId: id, afterEpoch: 0 }),
    shown("Watch batches", BATCHES_FEED, {
      runId: id,
      afterStep: 0,
      every: batchInterval(steps),
    }),
    shown("Curve so far", CURVE_QUERY, { id, maxPoints: SHOWN_STEPS }),
    shown("Read", RUN_QUERY, { id }),
    shown("Its machine", SYSTEM_QUERY, { id, maxPoints: 200 }),
    shown("Name, tag, note", UPDATE_RUN, { runId: id, input: { name, tags, note: note ?? "" } }),
    shown("Pause", PAUSE_TRAINING, { runId: id }),
    shown("Resume", RESUME_TRAINING, { runId: id }),
    shown("Cancel", CANCEL_TRAINING, { runId: id }),
    shown("Delete", DELETE_RUN, { runId: id }),
  ];
}
