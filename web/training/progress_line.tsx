/** One line and a bar: epoch, step, speed, time left, the latest metrics. */
import { isOver } from "../../runs/state.ts";
import type { RunItem } from "../api/operations.ts";
import { count, duration, percent } from "./format.ts";
import type { Curves } from "./use_curves.ts";

export function ProgressLine(
  { run, curves }: { readonly run: RunItem; readonly curves: Curves },
) {
  const { epochs, steps, samplesPerSecond, etaSeconds } = run.progress;
  const step = Math.max(run.progress.step, curves.step);
  const epoch = Math.min(
    epochs,
    Math.max(1, run.progress.epoch, curves.epochs.at(-1)?.number ?? 0),
  );
  const running = !isOver(run.state);
  const test = curves.epochs.at(-1)?.testAcc;
  const facts = [
    ["Epoch", `${epoch} / ${epochs}`],
    ["Step", `${count(step)} / ${count(steps)}`],
    ...(running && samplesPerSecond !== null
      ? [["Speed", `${count(samplesPerSecond)} samples/s`]]
      : []),
    ...(running && etaSeconds !== null ? [["Time left", duration(etaSeconds)]] : []),
    ["Test accuracy", test === undefined ? "–" : percent(test)],
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
