/** A progress bar with the current epoch, step, speed, remaining time and latest metric. */
import { isFinished } from "../../../runs/log/state.ts";
import { count, duration, percent } from "../../../lib/format.ts";
import type { RunItem } from "../operations.ts";
import { secondsOf, trainedSeconds } from "../../../runs/log/duration.ts";
import type { Curves } from "../charts/use_curves.ts";

/** A progress bar with the facts of a run. */
export function ProgressLine(
  { run, curves }: { readonly run: RunItem; readonly curves: Curves },
) {
  const { epochs, steps, etaSeconds } = run.progress;
  const step = Math.max(run.progress.step, curves.step);
  const epoch = Math.max(run.progress.epoch, curves.epochs.at(-1)?.number ?? 0);
  const testAcc = curves.epochs.at(-1)?.testAcc;
  const took = secondsOf(run);
  const training = run.state === "RUNNING" || run.state === "PAUSING";
  const facts = [
    ["Epochs", `${epoch} / ${epochs}`],
    ["Steps", `${count(step)} / ${count(steps)}`],
    ...(training && etaSeconds !== null ? [["Time left", duration(etaSeconds)]] : []),
    ...(training || curves.epochs.length === 0
      ? []
      : [["Trained", duration(trainedSeconds(curves.epochs))]]),
    ...(took === null ? [] : [["Start to end", duration(took)]]),
    ...(isFinished(run.state) && run.bestTestAcc !== null
      ? [["Best test accuracy", percent(run.bestTestAcc)]]
      : [["Test accuracy", testAcc === undefined ? "–" : percent(testAcc)]]),
  ] as const;
  return (
    <div className="progress">
      <progress
        className="progress-bar"
        aria-label="Steps done"
        value={step}
        max={Math.max(1, steps)}
      />
      <dl className="progress-facts" data-testid="progress">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
