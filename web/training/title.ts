/** The window's title: it tells how far a training is while one works elsewhere. */
import { isFinished } from "../../runs/log/state.ts";
import type { Address } from "../parts/address.ts";
import type { RunItem } from "./operations.ts";

/** Returns the title of what an address shows: '42% · name', with the state of a run that is not trained right now. */
export function titleOf(address: Address, open: RunItem | undefined): string | undefined {
  if (address.view === "new") return "New training";
  if (address.view === "compare") return `Comparing ${address.ids.length} runs`;
  if (!open) return undefined;
  const { name, state, progress: { step, steps } } = open;
  if (isFinished(state)) return state === "COMPLETED" ? name : `${state.toLowerCase()} · ${name}`;
  return `${Math.floor(100 * step / Math.max(1, steps))}% · ${name}`;
}
