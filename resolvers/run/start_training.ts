/** Mutation.startTraining */
import { differingFields } from "../../ml/spec/compare.ts";
import { completeSpec } from "../../ml/spec/resolve.ts";
import type { Device } from "../../ml/spec/spec.ts";
import { defaultName } from "../../runs/log/description.ts";
import { missingDevice } from "../../runs/store/placement.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { currentTraceparent } from "../../lib/trace.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput, conflict } from "../../schema/base/errors.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";
import { DEFAULT_INPUT, StartTrainingInput } from "../../schema/run/start_training_input.ts";

builder.mutationField("startTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Stores a run durably, then returns; a worker trains it. Without arguments it trains BASIC_CNN.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: StartTrainingInput, description: "Settings of the training." }),
    },
    resolve: async (_root, { input }, { store, newSeed, ...context }) => {
      const { name, idempotencyKey, draft } = input ?? DEFAULT_INPUT;
      const device = draft.device === "AUTO" ? context.device ?? "AUTO" : draft.device;
      const spec = completeSpec({ ...draft, device }, newSeed);
      await requireDevice(store, device);
      const { run, created } = await store.create({
        name: name ?? defaultName(spec),
        spec,
        idempotencyKey,
        starter: { name: context.viewer.name, maxQueued: context.maxQueuedRuns ?? Infinity },
        traceparent: currentTraceparent(),
      });
      if (created) return run;
      // A repeated request: a seed that it leaves open was drawn the first time.
      const isSame = (name ?? run.originalName) === run.originalName &&
        differingFields(spec, run.spec, draft.seed === undefined ? ["seed"] : []).length === 0;
      if (!isSame) {
        throw conflict(
          "Cannot train: idempotencyKey must be a new one for another input, " +
            `got '${idempotencyKey}', which started '${run.name}'.`,
        );
      }
      return run;
    },
  }));

/**
 * Refuses a device that no worker has. While no worker is registered, or one is still detecting its devices, the run is
 * accepted and waits.
 */
async function requireDevice(store: RunStore, device: Device): Promise<void> {
  if (device === "AUTO") return;
  const problem = missingDevice(device, await store.workers());
  if (problem !== undefined) throw badInput(problem, ["input", "device"]);
}
