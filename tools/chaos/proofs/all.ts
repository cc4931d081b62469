/** The registry of proofs, and their execution. */
import { errorMessage } from "../../../lib/error_message.ts";
import { together } from "../invariants.ts";
import type { Tally } from "../report.ts";
import { type StoreKind, whyNoStore, type Workspace } from "../workspace.ts";
import { apiDown } from "./api_down.ts";
import { clocks } from "./clocks.ts";
import { damagedCheckpoint } from "./damaged_checkpoint.ts";
import { frozenWorker } from "./frozen_worker.ts";
import { fullDisk } from "./full_disk.ts";
import { lostDatabase } from "./lost_database.ts";
import { many } from "./many.ts";
import type { Closable, Proof, ProofContext } from "./proof.ts";
import { readOnlyPrimary } from "./read_only_primary.ts";
import { removedFile } from "./removed_file.ts";

/** Proofs by the names for --proof. */
export const PROOFS = {
  "api-down": apiDown,
  "frozen-worker": frozenWorker,
  "lost-database": lostDatabase,
  "full-disk": fullDisk,
  "many": many,
  "damaged-checkpoint": damagedCheckpoint,
  "read-only-primary": readOnlyPrimary,
  "removed-file": removedFile,
  "clocks": clocks,
} as const satisfies Record<string, Proof>;
export type ProofName = keyof typeof PROOFS;

/** Timeout of a proof. */
const PROOF_MS = 600_000;

/** Reason why a proof cannot run here, if so. */
export async function whyNoProof(name: ProofName, store: StoreKind): Promise<string | undefined> {
  const proof: Proof = PROOFS[name];
  return whyNoStore(store) ?? await proof.whyNot?.();
}

/** Inputs of runProof(). */
export interface RunProofOptions extends Omit<ProofContext, "use" | "note" | "signal"> {
  readonly workspace: Workspace;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Runs a proof and adds its result to the tally. */
export async function runProof(name: ProofName, options: RunProofOptions): Promise<void> {
  const { store, seed, tally } = options;
  const used: Closable[] = [];
  let hasTold = false;
  const fail = async (error: unknown) => {
    // Once is enough.
    const said = await Promise.all(hasTold ? [] : used.map((it) => it.said?.() ?? ""));
    hasTold = true;
    const what = errorMessage(error);
    tally.fail({ store, seed, proof: name, what, said: said.join("\n") });
  };
  try {
    const findings = await PROOFS[name].prove({
      ...options,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(PROOF_MS)]),
      note: tally.note,
      use(it) {
        used.push(it);
        return it;
      },
    });
    tally.add(together(findings));
    for (const { invariant, what } of findings.violations) await fail(`${invariant}: ${what}`);
  } catch (error) {
    if (!options.signal.aborted) await fail(error);
  } finally {
    for (const it of used.reverse()) {
      await it.close().catch((error: unknown) => fail(error));
    }
  }
}
