#!/usr/bin/env bash
# @graphql-tools/executor-graphql-ws 3.2.0, graphql-ws 6.4.2, graphql 16.15.0, ws 8.23.0 (npm).
#
# An executor of graphql-tools executes an operation once, one would think, as its HTTP executor does. Made of a URL, the
# WebSocket one leaves graphql-ws' five retries on: when the server closes with 1012 it connects again and sends the
# subscription with its first variables, so that who reads the schema that it wraps gets the first results twice, without
# a sign. It has no option for it; retryAttempts: 0 among its options is ignored. Made of a client of one's own,
# createClient({ url, retryAttempts: 0 }), it ends with the close.
#
# Source: @graphql-tools/executor-graphql-ws, dist/index.js: buildGraphQLWSExecutor() names the options it passes on.
#
# Seen:
#   of a URL:    [1,2,1,2], 2 connections
#   of a client: [1,2], 1 connection
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @graphql-tools/executor-graphql-ws@3.2.0 graphql-ws@6.4.2 graphql@16.15.0 ws@8.23.0
cat >main.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { buildSchema, parse } from "graphql";
import { createClient } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocket, WebSocketServer } from "ws";
import { buildGraphQLWSExecutor } from "@graphql-tools/executor-graphql-ws";

const document = parse("subscription { tick }");
const schema = buildSchema("type Query { a: Int } type Subscription { tick: Int }");

async function follow(executorOf) {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  let connections = 0;
  server.on("connection", (socket) => {
    const isLast = ++connections === 2;
    socket.onTwo = async () => {
      if (isLast) return;
      socket.close(1012);
      await once(socket, "close");
      await new Promise(() => {});
    };
  });
  useServer({
    schema,
    context: ({ extra }) => extra.socket,
    subscribe: (args) => (async function* () {
      yield { data: { tick: 1 } };
      yield { data: { tick: 2 } };
      await new Promise((resolve) => setTimeout(resolve, 50));
      await args.contextValue.onTwo();
    })(),
  }, server);
  http.listen(0);
  await once(http, "listening");
  const executor = executorOf(`ws://127.0.0.1:${http.address().port}`);
  const seen = [];
  try {
    for await (const { data } of await executor({ document })) if (data) seen.push(data.tick);
  } catch {
    // The close, where retries are off.
  }
  await executor[Symbol.asyncDispose]?.();
  server.close();
  http.close();
  return `${JSON.stringify(seen)}, ${connections} connection${connections === 1 ? "" : "s"}`;
}

const byUrl = await follow((url) => buildGraphQLWSExecutor({ url, retryAttempts: 0 }));
const byClient = await follow((url) =>
  buildGraphQLWSExecutor(createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 }))
);
console.log(`of a URL:    ${byUrl}\nof a client: ${byClient}`);
process.exit(byUrl === "[1,2,1,2], 2 connections" && byClient === "[1,2], 1 connection" ? 0 : 1);
JS
node main.mjs
