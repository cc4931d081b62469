/** Filters and orders of the list of runs, as users choose them and as the API takes them. */
import type { RunOrderField } from "../../../runs/store/run_order.ts";
import { isFinished, RUN_STATES, type RunState } from "../../../runs/log/state.ts";
import { DEFAULT_DATASET } from "../../../data/catalog.ts";
import { parseReference } from "../../../data/reference.ts";
import { duration, lossText, percent } from "../../../lib/format.ts";
import { secondsOf } from "../../../runs/log/duration.ts";
import { networkLabel } from "../settings/settings.ts";
import type { RunFilter, RunItem } from "../operations.ts";

/** Groups of states, as users think of them. */
export const STATE_GROUPS = [
  { name: "all", label: "All states", states: [] },
  { name: "open", label: "Active", states: RUN_STATES.filter((state) => !isFinished(state)) },
  { name: "completed", label: "Completed", states: ["COMPLETED"] },
  { name: "cancelled", label: "Cancelled", states: ["CANCELLED"] },
  { name: "failed", label: "Failed", states: ["FAILED"] },
] as const satisfies readonly {
  readonly name: string;
  readonly label: string;
  readonly states: readonly RunState[];
}[];
export type StateGroup = (typeof STATE_GROUPS)[number]["name"];

/** Orders of the list, the usual first. */
export const ORDERS = [
  { name: "newest", label: "Newest first", field: "CREATED_AT", direction: "DESC" },
  { name: "oldest", label: "Oldest first", field: "CREATED_AT", direction: "ASC" },
  { name: "name", label: "Name", field: "NAME", direction: "ASC" },
  { name: "state", label: "State", field: "STATE", direction: "DESC" },
  { name: "network", label: "Network", field: "NETWORK", direction: "ASC" },
  { name: "dataset", label: "Dataset", field: "DATASET", direction: "ASC" },
  { name: "duration", label: "Longest first", field: "DURATION", direction: "DESC" },
  { name: "best", label: "Best test accuracy", field: "BEST_TEST_ACC", direction: "DESC" },
  { name: "testAcc", label: "Last test accuracy", field: "TEST_ACC", direction: "DESC" },
  { name: "testLoss", label: "Last test loss", field: "TEST_LOSS", direction: "ASC" },
  { name: "trainAcc", label: "Last train accuracy", field: "TRAIN_ACC", direction: "DESC" },
  { name: "trainLoss", label: "Last train loss", field: "TRAIN_LOSS", direction: "ASC" },
] as const satisfies readonly {
  readonly name: string;
  readonly label: string;
  readonly field: RunOrderField;
  readonly direction: "ASC" | "DESC";
}[];
export type OrderName = (typeof ORDERS)[number]["name"];

/** The user's choice. */
export interface RunChoice {
  readonly search: string;
  readonly group: StateGroup;
  /** Empty for any. */
  readonly tag: string;
  /** The least test accuracy in percent, as typed. */
  readonly leastAcc: string;
  readonly order: OrderName;
}

export const ALL_RUNS: RunChoice = {
  search: "",
  group: "all",
  tag: "",
  leastAcc: "",
  order: "newest",
};

/** Returns true if the choice excludes any run. */
export function isNarrowed({ search, group, tag, leastAcc }: RunChoice): boolean {
  return search.trim() !== "" || group !== "all" || tag !== "" || leastAcc.trim() !== "";
}

/** Converts the choice to arguments of `runs`. An invalid percentage is left out: see isPercentage(). */
export function toFilter({ search, group, tag, leastAcc, order }: RunChoice): RunFilter {
  const states = STATE_GROUPS.find(({ name }) => name === group)?.states ?? [];
  const { field, direction } = ORDERS.find(({ name }) => name === order) ?? ORDERS[0];
  const words = search.trim();
  return {
    search: words || undefined,
    states: states.length === 0 ? undefined : states,
    tag: tag || undefined,
    minTestAcc: leastAcc.trim() !== "" && isPercentage(leastAcc)
      // 97.1 / 100 is 0.9709999999999999.
      ? Number((Number(leastAcc) / 100).toPrecision(12))
      : undefined,
    orderBy: { field, direction },
  };
}

/** Accepts an empty text and a number from 0 to 100. */
export function isPercentage(text: string): boolean {
  const value = Number(text);
  return value >= 0 && value <= 100;
}

/** A value of a run with the word that says which one it is. */
export interface Metric {
  readonly label: string;
  readonly text: string;
}

/** Returns the value that an order sorts by; the best test accuracy for orders by none. */
export function metricOf(run: RunItem, order: OrderName): Metric | undefined {
  const { bestTestAcc, metrics } = run;
  switch (order) {
    case "newest":
    case "oldest":
    case "name":
    case "state":
    case "network":
    case "dataset":
    case "best":
      return bestTestAcc === null ? undefined : { label: "best", text: percent(bestTestAcc) };
    case "duration": {
      const took = secondsOf(run);
      return took === null ? undefined : { label: "took", text: duration(took) };
    }
    case "testAcc":
      return metrics === null ? undefined : { label: "test", text: percent(metrics.testAcc) };
    case "trainAcc":
      return metrics === null ? undefined : { label: "train", text: percent(metrics.trainAcc) };
    case "testLoss":
      return metrics === null ? undefined : { label: "test", text: lossText(metrics.testLoss) };
    case "trainLoss":
      return metrics === null ? undefined : { label: "train", text: lossText(metrics.trainLoss) };
    default:
      return order satisfies never;
  }
}

/**
 * Summarizes a run beside its name: 'LENET · photos · 3 / 5 epochs · lr 0.01 · batch 64'. What its name tells,
 * and the default dataset, are left out.
 */
export function factsOf(run: RunItem): string {
  const { name, dataset, learningRate, batchSize, progress: { epoch, epochs } } = run;
  const data = parseReference(dataset).name;
  return [
    ...(name.split(/[\s,]+/).includes(run.networkName) ? [] : [networkLabel(run)]),
    ...(data === DEFAULT_DATASET ? [] : [data]),
    `${epoch === epochs ? epochs : `${epoch} / ${epochs}`} ${epochs === 1 ? "epoch" : "epochs"}`,
    ...(name.includes(`learning rate ${learningRate}`) ? [] : [`lr ${learningRate}`]),
    ...(name.includes(`batch size ${batchSize}`) ? [] : [`batch ${batchSize}`]),
  ].join(" · ");
}
