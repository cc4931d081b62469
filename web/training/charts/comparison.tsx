/// <reference lib="dom" />
/** Several runs compared: their curves, the settings that differ, and the best epoch of each. */
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { isLogarithmic, type LossScale } from "../../../pictures/chart_parts.ts";
import { type LineStyle, lineStyleOf } from "../../../pictures/comparison_option.ts";
import { Choice } from "../../parts/choice.tsx";
import { lossText, percent } from "../../../lib/format.ts";
import { lazyPart } from "../../parts/lazy_part.ts";
import { onFrame } from "../../parts/on_frame.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { useTheme } from "../../parts/use_theme.ts";
import { type Best, bestOf, differingSettings, sharedSettings } from "./compare_runs.ts";
import { followEpochs } from "../run/follow_epochs.ts";
import { LogScale } from "./log_scale.tsx";
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

const LOSSES = { test: "testLoss", train: "trainLoss" } as const;

/** Characters from which a setting may take several lines. */
const LONG_TEXT = 16;

interface ComparisonProps {
  readonly runs: readonly RunItem[];
  onClose(): void;
}

/** A table and a chart of several runs. */
export function Comparison({ runs, onClose }: ComparisonProps) {
  const [split, setSplit] = useState<Split>("test");
  const [lossScale, setLossScale] = useState<LossScale>("auto");
  const { isHidden, toggle } = useHidden();
  const epochsOf = useEpochs(runs);
  const theme = useTheme();
  const compared = runs.map((run) => ({ run, epochs: epochsOf.get(run.id) ?? [] }));
  const shown = compared.map(({ run, epochs }) => (
    { name: run.name, epochs: isHidden(run.id) ? [] : epochs }
  ));
  const setRuns = useRunSettings(runs);
  const settings = differingSettings(setRuns);
  const shared = sharedSettings(setRuns);
  const best = compared.map(({ epochs }) => bestOf(epochs));
  const topAcc = Math.max(...best.map((of) => of?.testAcc.value ?? 0));
  const lowLoss = Math.min(...best.map((of) => of?.testLoss.value ?? Infinity));

  return (
    <article className="run" aria-label="Comparison">
      <ComparisonHeader runs={runs} onClose={onClose} />
      <ComparisonTools
        runs={runs}
        split={split}
        onSplit={setSplit}
        lossScale={lossScale}
        isLog={isLogarithmic(
          shown.flatMap(({ epochs }) => epochs.map((epoch) => epoch[LOSSES[split]])),
          lossScale,
        )}
        onLossScale={setLossScale}
      />
      <Suspense fallback={<div className="curves" />}>
        <ComparisonChart split={split} lossScale={lossScale} runs={shown} />
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
                <ComparedRow
                  key={run.id}
                  name={
                    <ComparedName
                      name={run.name}
                      style={lineStyleOf(index, theme)}
                      isHidden={isHidden(run.id)}
                      onToggle={() => toggle(run.id)}
                    />
                  }
                  best={of}
                  isTopAcc={of?.testAcc.value === topAcc}
                  isLowLoss={of?.testLoss.value === lowLoss}
                  texts={settings.map(({ texts }) => texts[index] ?? "")}
                />
              );
            })}
          </tbody>
        </table>
      </div>
      {shared !== "" && <p className="panel-note">Same for all runs: {shared}.</p>}
    </article>
  );
}

interface ComparedRowProps {
  readonly name: ReactNode;
  /** Undefined before the first epoch. */
  readonly best: Best | undefined;
  readonly isTopAcc: boolean;
  readonly isLowLoss: boolean;
  /** The settings in which the runs differ. */
  readonly texts: readonly string[];
}

function ComparedRow({ name, best, isTopAcc, isLowLoss, texts }: ComparedRowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-best={isTopAcc}>
        {best ? <BestValue {...best.testAcc} text={percent(best.testAcc.value)} /> : "–"}
      </td>
      <td data-best={isLowLoss}>
        {best ? <BestValue {...best.testLoss} text={lossText(best.testLoss.value)} /> : "–"}
      </td>
      {texts.map((text, at) => <td key={at} data-long={text.length > LONG_TEXT}>{text}</td>)}
    </tr>
  );
}

/** A metric and its epoch, on two lines where there is no room for one. */
function BestValue({ text, epoch }: { readonly text: string; readonly epoch: number }) {
  return (
    <>
      {text} <span className="comparison-epoch">(epoch {epoch})</span>
    </>
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
  readonly lossScale: LossScale;
  /** True if the losses are on a logarithmic axis. */
  readonly isLog: boolean;
  onLossScale(scale: LossScale): void;
}

function ComparisonTools(
  { runs, split, onSplit, lossScale, isLog, onLossScale }: ComparisonToolsProps,
) {
  return (
    <div className="comparison-tools">
      <Choice label="Curves of" options={SPLITS} chosen={split} onChoose={onSplit} />
      <div className="zoom">
        <LogScale isLog={isLog} onLog={(on) => onLossScale(on ? "log" : "linear")} />
        <SavePicture
          path="/runs/compare"
          parameters={{ runs: runs.map(({ id }) => id).join(","), of: split }}
          title=""
          lossScale={lossScale}
        />
      </div>
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
