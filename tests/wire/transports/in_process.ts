/** Execution in this process, on the server's schema and store. */
import type { ExecutionResult } from "graphql";
import { graphql } from "graphql";
import { LOCAL } from "../../../schema/base/access.ts";
import { createApi } from "../../support/api.ts";
import { smallDatasets } from "../../support/datasets.ts";
import type { Results, Transport } from "./transport.ts";

export const inProcess: Transport = {
  name: "in process",
  isRemote: false,
  connect({ store, schema }) {
    const context = { viewer: LOCAL, store, datasets: smallDatasets() };
    const api = createApi(context, schema);
    return {
      execute({ query: source, variables: variableValues = {} }) {
        if (/^\s*subscription/.test(source)) return later(api.subscribe(source, variableValues));
        return later(once(graphql({ schema, source, contextValue: context, variableValues })));
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
};

function later(opening: Promise<AsyncGenerator<ExecutionResult, void>>): Results {
  const results: Results = {
    [Symbol.asyncIterator]: () => results,
    next: async () => await (await opening).next(),
    return: async () => await (await opening).return(),
  };
  return results;
}

async function once(result: Promise<ExecutionResult>) {
  const value = await result;
  return (async function* () {
    yield await Promise.resolve(value);
  })();
}
