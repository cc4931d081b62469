/** Models of a server's runs: its files below /runs/<id>/. */
import { systemErrorMessage } from "../../lib/error_message.ts";
import { findRun } from "../runs/find_run.ts";
import { RefusedError, UnavailableError } from "../runs/errors.ts";
import { errorOf, type Server } from "../runs/server.ts";
import type { ExportCommand } from "./flags.ts";
import type { ModelSource } from "./source.ts";

/** Finds a run on a server. */
export async function fromServer(
  server: Server,
  { run, epoch, checkpoint }: ExportCommand,
): Promise<ModelSource> {
  const { id } = await findRun(server, run);
  const search = new URLSearchParams({
    ...(epoch === undefined ? {} : { epoch: String(epoch) }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  return {
    async file(name) {
      const url = `${server.address}/runs/${encodeURIComponent(id)}/${name}?${search}`;
      const headers = server.authorization === undefined
        ? {}
        : { authorization: server.authorization };
      const response = await fetch(url, { headers }).catch((error) => {
        throw new UnavailableError(
          `Cannot reach epochql at ${server.address}: ${systemErrorMessage(error)}.`,
        );
      });
      if (response.ok && response.body) return response.body;
      throw await problemOf(response);
    },
  };
}

async function problemOf(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    return errorOf(JSON.parse(text).errors);
  } catch {
    return new RefusedError(
      `Cannot export the model: the server answered '${response.status} ${response.statusText}'.`,
    );
  }
}
