/** Which runs of the list are shown. */
import { isOver } from "../../runs/state.ts";
import type { RunItem } from "./operations.ts";

/** The groups of states that people think in. */
export const FILTERS = [
  { name: "all", label: "All states" },
  { name: "active", label: "Not over" },
  { name: "completed", label: "Completed" },
  { name: "cancelled", label: "Cancelled" },
  { name: "failed", label: "Failed" },
] as const;
export type FilterName = (typeof FILTERS)[number]["name"];

/** Whether a run is in the group and has every word of the search in its name, recipe or seed. */
export function matches(run: RunItem, search: string, filter: FilterName): boolean {
  const text = `${run.name} ${run.recipe ?? ""} ${run.seed}`.toLowerCase();
  const words = search.toLowerCase().split(/\s+/);
  return isIn(run, filter) && words.every((word) => text.includes(word));
}

function isIn(run: RunItem, filter: FilterName): boolean {
  switch (filter) {
    case "all":
      return true;
    case "active":
      return !isOver(run.state);
    case "completed":
      return run.state === "COMPLETED";
    case "cancelled":
      return run.state === "CANCELLED";
    case "failed":
      return run.state === "FAILED";
    default:
      return filter satisfies never;
  }
}
