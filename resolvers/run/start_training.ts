/** Mutation.startTraining */
import { differingFields } from "../../ml/spec/compare.ts";
import { completeSpec } from "../../ml/spec/resolve.ts";
import { defaultName } from "../../runs/log/description.ts";
import { currentTraceparent } from "../../lib/trace.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInputs, conflict } from "../../schema/base/errors.ts";
import { readTrainingInput } from "../../schema/run/read_training_input.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";
import { StartTrainingInput } from "../../schema/run/start_training_input.ts";

builder.mutationField("startTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Stores a run durably, then returns; a worker trains it. Without arguments it trains BASIC_CNN. " +
      "An input with problems is refused with all of them in `extensions.problems`, see `checkTraining`.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: StartTrainingInput, description: "Settings of the training." }),
    },
    resolve: async (_root, args, context) => {
      const { store, newSeed } = context;
      const read = await readTrainingInput(args.input, context);
      if (!read.ok) throw badInputs(read.problems);
      const { name, idempotencyKey, draft, start } = read.input;
      const id = crypto.randomUUID();
      const startFrom = start ? await start.store(id) : null;
      const spec = completeSpec({ ...draft, startFrom }, newSeed);
      const { run, created } = await store.create({
        id,
        name: name ?? defaultName(spec),
        spec,
        idempotencyKey,
        starter: { name: context.viewer.name, maxQueued: context.maxQueuedRuns ?? Infinity },
        traceparent: currentTraceparent(),
      }).catch(async (error) => {
        await start?.withdraw(id);
        throw error;
      });
      if (!created) await start?.withdraw(id);
      if (created) return run;
      // A repeated request: a seed that it leaves open was drawn the first time.
      const isSame = (name ?? run.originalName) === run.originalName &&
        differingFields(spec, run.spec, draft.seed === undefined ? ["seed"] : []).length === 0;
      if (!isSame) {
        throw conflict(
          `Cannot train: the idempotencyKey '${idempotencyKey}' was already used with different input, ` +
            `which started '${run.name}'. Use a new key.`,
        );
      }
      return run;
    },
  }));
