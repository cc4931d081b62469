/// <reference lib="dom" />
/** Several runs compared: their curves, the settings that differ, and the best epoch of each. */
import { Suspense, useEffect, useState } from "react";
import { type LineStyle, lineStyleOf } from "../../../pictures/comparison_option.ts";
import { Choice } from "../../parts/choice.tsx";
import { lossText, percent } from "../../../lib/format.ts";
import { lazyPart } from "../../parts/lazy_part.ts";
import { onFrame } from "../../parts/on_frame.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { useTheme } from "../../parts/use_theme.ts";
import { bestOf, differingSettings, sharedSettings } from "./compare_runs.ts";
import { followEpochs } from "../run/follow_epochs.ts";
import { LineSample } from "./line_sample.tsx";
import { SavePicture } from "./save_picture.tsx";
import { type Epoch, EPOCHS_FEED, type RunItem } from "../operations.ts";
import { useResumptions } from "../run/use_resumptions.ts";
import { useRunSettings } from "../settings/use_run_settings.ts";

const ComparisonChart = lazyPart(
  async () => (await import("./comparison_chart.tsx")).ComparisonChart,
);

const SPLITS = [{ value: "test", text: "Test" }, { value: "train", text: "Train" }] as const;

/** Part of the dataset whose metrics are compared. */
type Split = (typeof SPLITS)[number]["value"];

/** Characters from which a setting may take several lines. */
const LONG_TEXT = 24;

interface ComparisonProps {
  readonly runs: readonly RunItem[];
  onClose(): void;
}

export function Comparison({ runs, onClose }: ComparisonProps) {
  const [split, setSplit] = useState<Split>("test");
  const { isHidden, toggle } = useHidden();
  const epochsOf = useEpochs(runs);
  const theme = useTheme();
  const compared = runs.map((run) => ({ run, epochs: epochsOf.get(run.id) ?? [] }));
  const setRuns = useRunSettings(runs);
  const settings = differingSettings(setRuns);
  const shared = sharedSettings(setRuns);
  const best = compared.map(({ epochs }) => bestOf(epochs));
  const topAcc = Math.max(...best.map((of) => of?.testAcc.value ?? 0));
  const lowLoss = Math.min(...best.map((of) => of?.testLoss.value ?? Infinity));

  return (
    <article className="run" aria-label="Comparison">
      <ComparisonHeader runs={runs} onClose={onClose} />
      <ComparisonTools runs={runs} split={split} onSplit={setSplit} />
      <Suspense fallback={<div className="curves" />}>
        <ComparisonChart
          split={split}
          runs={compared.map(({ run, epochs }) => (
            { name: run.name, epochs: isHidden(run.id) ? [] : epochs }
          ))}
        />
      </Suspense>
      <div
        className="table-box comparison-box"
        tabIndex={0}
        role="region"
        aria-label="Settings and best metrics"
      >
        <table className="table comparison-table">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Best test acc</th>
              <th scope="col">Best test loss</th>
              {settings.map(({ label }) => <th scope="col" key={label}>{label}</th>)}
            </tr>
          </thead>
          <tbody>
            {compared.map(({ run }, index) => {
              const of = best[index];
              return (
                <tr key={run.id}>
                  <th scope="row">
                    <ComparedName
                      name={run.name}
                      style={lineStyleOf(index, theme)}
                      isHidden={isHidden(run.id)}
                      onToggle={() => toggle(run.id)}
                    />
                  </th>
                  <td data-best={of?.testAcc.value === topAcc}>
                    {of ? `${percent(of.testAcc.value)} (epoch ${of.testAcc.epoch})` : "–"}
                  </td>
                  <td data-best={of?.testLoss.value === lowLoss}>
                    {of ? `${lossText(of.testLoss.value)} (epoch ${of.testLoss.epoch})` : "–"}
                  </td>
                  {settings.map(({ label, texts }) => (
                    <td key={label} data-long={(texts[index]?.length ?? 0) > LONG_TEXT}>
                      {texts[index]}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {shared !== "" && <p className="panel-note">Same for all runs: {shared}.</p>}
    </article>
  );
}

function ComparisonHeader({ runs, onClose }: ComparisonProps) {
  return (
    <header className="run-header">
      <div className="run-heading">
        <h3 className="run-name">Comparing {runs.length} runs</h3>
      </div>
      <div className="buttons run-buttons">
        <button type="button" className="button" onClick={onClose}>Close</button>
        <OperationsButton
          title="Compare runs"
          operations={() =>
            runs.map(({ id, name }) => shown(name, EPOCHS_FEED, { runId: id, afterEpoch: 0 }))}
        />
      </div>
    </header>
  );
}

interface ComparedNameProps {
  readonly name: string;
  readonly style: LineStyle;
  readonly isHidden: boolean;
  onToggle(): void;
}

/** The name of a run, which hides and shows its line. */
function ComparedName({ name, style, isHidden, onToggle }: ComparedNameProps) {
  return (
    <button
      type="button"
      className="comparison-run"
      title={isHidden ? "Show its line" : "Hide its line"}
      aria-pressed={!isHidden}
      onClick={onToggle}
    >
      <LineSample {...style} /> {name}
    </button>
  );
}

interface ComparisonToolsProps {
  readonly runs: readonly RunItem[];
  readonly split: Split;
  onSplit(split: Split): void;
}

function ComparisonTools({ runs, split, onSplit }: ComparisonToolsProps) {
  return (
    <div className="comparison-tools">
      <Choice label="Curves of" options={SPLITS} chosen={split} onChoose={onSplit} />
      <SavePicture
        path="/runs/compare"
        parameters={{ runs: runs.map(({ id }) => id).join(","), of: split }}
        title=""
        lossScale="auto"
      />
    </div>
  );
}

/** The runs whose lines a press on their names has hidden. */
function useHidden() {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  return {
    isHidden: (id: string) => hidden.has(id),
    toggle: (id: string) => setHidden(hidden.symmetricDifference(new Set([id]))),
  };
}

/** Follows the epochs of runs, by the run's id. */
function useEpochs(runs: readonly RunItem[]): ReadonlyMap<string, readonly Epoch[]> {
  const [byRun, setByRun] = useState<ReadonlyMap<string, readonly Epoch[]>>(new Map());
  const key = runs.map(({ id }) => id).join(" ");
  const resumptions = useResumptions(runs);
  useEffect(() => {
    const abort = new AbortController();
    const epochsByRun = new Map<string, Epoch[]>(key.split(" ").map((id) => [id, []]));
    const frame = onFrame(() => {
      setByRun(new Map(epochsByRun.entries().map(([id, epochs]) => [id, [...epochs]])));
    });
    for (const [id, epochs] of epochsByRun) {
      followEpochs(id, epochs, frame.request, abort.signal)
        .catch((problem) => abort.signal.aborted || console.error(problem));
    }
    return () => {
      abort.abort();
      frame.cancel();
    };
  }, [key, resumptions]);
  return byRun;
}
