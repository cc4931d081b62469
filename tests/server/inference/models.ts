/** Runs with checkpoints of made-up networks, for tests of inference. */
import type { Network } from "../../../ml/network/network.ts";
import { modelOf } from "../../exports/models.ts";
import { trainKept } from "../../support/keep_checkpoint.ts";
import type { TestServer } from "../../support/start_server.ts";
import { apiId, claimRun, SPEC } from "../../support/written_run.ts";

/** Writes a run of a network, with a checkpoint after its first epoch; returns its weights. */
export async function writeRun(
  server: Pick<TestServer, "store" | "checkpoints" | "home">,
  name: string,
  network: Network,
) {
  const { store } = server;
  const { run: { id } } = await store.create({ name, spec: { ...SPEC, network, recipe: null } });
  const run = await claimRun(store, { id: apiId(id) });
  const { weights } = modelOf(network);
  await trainKept(server, run, 1, new Map(weights.map(({ name, values }) => [name, values])));
  return weights;
}
