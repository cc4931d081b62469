/** Mutation.startTraining */
import { describeDataset } from "../../data/catalog.ts";
import { differingFields } from "../../ml/spec/compare.ts";
import { type Device, resolveSpec } from "../../ml/spec/spec.ts";
import { defaultName } from "../../runs/log/description.ts";
import { missingDevice } from "../../runs/store/placement.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { currentTraceparent } from "../../lib/trace.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { DEFAULT_DATASET } from "../../schema/dataset/dataset_name.ts";
import { badInput, conflict } from "../../schema/base/errors.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";
import { StartTrainingInput } from "../../schema/run/start_training_input.ts";

builder.mutationField("startTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Writes a run down and answers when that would survive a power cut; a worker takes it " +
      "from there. Without arguments it trains BASIC_CNN.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: StartTrainingInput, description: "What to train, and how." }),
    },
    resolve: async (_root, { input }, { store, newSeed, ...context }) => {
      const { name, idempotencyKey, device, ...rest } = input ?? {};
      const auto = (device ?? "AUTO") === "AUTO";
      const request = { ...rest, device: auto ? context.device : device };
      const size = describeDataset(DEFAULT_DATASET);
      const spec = resolveSpec(request, size, newSeed);
      await requireDevice(store, spec.device);
      const { run, created } = await store.create({
        name: name?.trim() ?? defaultName(spec),
        spec,
        ...(idempotencyKey ? { idempotencyKey } : {}),
        starter: { name: context.viewer.name, mostQueued: context.mostQueued ?? Infinity },
        traceparent: currentTraceparent(),
      });
      if (created) return run;
      // Sent again: what is left to chance was decided the first time.
      const again = resolveSpec(request, size, () => run.spec.seed);
      if (
        differingFields(run.spec, again).length > 0 ||
        (name ?? run.originalName).trim() !== run.originalName
      ) {
        throw conflict(
          "Cannot train: idempotencyKey must be a new one for another input, " +
            `got '${idempotencyKey}', which started '${run.name}'.`,
        );
      }
      return run;
    },
  }));

/**
 * Refuses a device that every worker misses, so that the client hears it now. Where no worker is known, or one has
 * not looked yet, the run waits for one.
 */
async function requireDevice(store: RunStore, device: Device): Promise<void> {
  if (device === "AUTO") return;
  const problem = missingDevice(device, await store.workers());
  if (problem !== undefined) throw badInput(problem, ["input", "device"]);
}
