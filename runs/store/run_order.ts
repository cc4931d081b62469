/**
 * Sort fields of runs. Each value follows from the run alone, so that the last run's value marks
 * the end of a page: changes in between neither repeat a run nor skip one that stayed in place.
 */
import { parseReference } from "../../data/reference.ts";
import { secondsOf } from "../log/duration.ts";
import type { Run } from "../log/run.ts";

/** Fields to sort by. Metrics are those of the last epoch, except the best one. */
export const RUN_ORDER_FIELDS = [
  "CREATED_AT",
  "NAME",
  "STATE",
  "NETWORK",
  "DATASET",
  "DURATION",
  "BEST_TEST_ACC",
  "TEST_ACC",
  "TEST_LOSS",
  "TRAIN_ACC",
  "TRAIN_LOSS",
] as const;
export type RunOrderField = (typeof RUN_ORDER_FIELDS)[number];

/**
 * A sort order. Runs without a value come last in either direction; among equal ones the newer is
 * first.
 */
export interface RunOrder {
  readonly field: RunOrderField;
  readonly direction: "ASC" | "DESC";
}

export const NEWEST_FIRST: RunOrder = { field: "CREATED_AT", direction: "DESC" };

/**
 * The value that a run is sorted by; null if it has none, and for CREATED_AT, which is the order of ids.
 */
export type OrderValue = string | number | null;

/** Fields whose values are texts. */
const TEXTS: ReadonlySet<RunOrderField> = new Set(["NAME", "STATE", "NETWORK", "DATASET"]);

/** Returns whether runs are sorted by a text in an order, not by a number. */
export function isTextOrder(field: RunOrderField): boolean {
  return TEXTS.has(field);
}

/** Number of characters of a name that are compared. */
const NAME_KEY_LENGTH = 100;

/** Returns the value of a run in an order. */
export function orderValue({ name, spec, snapshot }: Run, field: RunOrderField): OrderValue {
  const { lastEpoch, bestTestAcc } = snapshot;
  switch (field) {
    case "CREATED_AT":
      return null;
    case "NAME":
      return keyOf(name);
    case "STATE":
      return snapshot.state;
    case "NETWORK":
      return keyOf(spec.network.name);
    case "DATASET":
      return parseReference(spec.dataset).name;
    case "DURATION":
      return secondsOf(snapshot);
    case "BEST_TEST_ACC":
      return finite(bestTestAcc);
    case "TEST_ACC":
      return finite(lastEpoch?.testAcc);
    case "TEST_LOSS":
      return finite(lastEpoch?.testLoss);
    case "TRAIN_ACC":
      return finite(lastEpoch?.trainAcc);
    case "TRAIN_LOSS":
      return finite(lastEpoch?.trainLoss);
    default:
      return field satisfies never;
  }
}

/** Returns the text by which a name is sorted: by code points, the same everywhere, whatever a database's collation. */
function keyOf(name: string): string {
  return [...name.toLowerCase().normalize("NFC")].slice(0, NAME_KEY_LENGTH).join("");
}

/** Returns null for the loss of a training that diverged, which is not comparable. */
function finite(value: number | null | undefined): number | null {
  return Number.isFinite(value) ? value ?? null : null;
}
