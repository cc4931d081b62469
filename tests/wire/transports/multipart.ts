/** Subscriptions over multipart HTTP, read by meros, which urql, Relay and GraphiQL use. */
import type { ExecutionResult } from "graphql";
import { meros } from "meros/browser";
import { bearer } from "../../support/http.ts";
import {
  type ConnectOptions,
  fromStream,
  type Operation,
  reconnectDelay,
  type Results,
  type Transport,
} from "./transport.ts";

/** A part of the response; one without a payload is a heartbeat. */
interface Part {
  readonly payload?: ExecutionResult;
}

export const multipart: Transport = {
  name: "multipart HTTP",
  isRemote: true,
  connect: ({ url }, options = {}) => ({
    execute: (operation) => execute(url, operation, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
};

function execute(url: string, operation: Operation, options: ConnectOptions): Results {
  const gone = new AbortController();
  const source = read(url, operation, options, gone.signal);
  return fromStream(
    new ReadableStream({
      async pull(controller) {
        const step = await source.next();
        if (gone.signal.aborted) return;
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      },
      cancel: () => gone.abort(),
    }),
  );
}

async function* read(
  url: string,
  operation: Operation,
  { token, reconnects }: ConnectOptions,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult, void> {
  const request = {
    method: "POST",
    headers: {
      accept: "multipart/mixed;subscriptionSpec=1.0, application/json",
      "content-type": "application/json",
      ...(token === undefined ? {} : bearer(token)),
    },
    body: JSON.stringify(operation),
    signal,
  };
  for (;;) {
    try {
      const response = await meros<Part>(await fetch(url, request));
      if (response instanceof Response) return yield await response.json();
      for await (const part of response) {
        if (part.json && part.body.payload) yield part.body.payload;
      }
      return;
    } catch (error) {
      if (!reconnects || signal.aborted) throw error;
      await reconnectDelay();
    }
  }
}
