#!/usr/bin/env bash
# @urql/core 6.0.3, fetchSubscriptions, graphql 16.15.0, Node 20 or later.
#
# GraphQL over server-sent events ends a subscription by the event `complete`. urql does not read the names of events:
# it parses whatever follows `data:` as a result, so that a server which writes `event: complete` with `data: {}`, as it
# must for clients that parse all data as JSON (Spring's HttpGraphQlClient), makes urql deliver its last result once
# more. With an empty `data:`, or a line `data` without a colon, which is the same by the standard, it does not. (At the
# end of the body urql delivers the last result again in any case, as one that has no next.)
#
# Source: @urql/core, fetchSource.ts (the regular expression for `data:`); HTML standard, 9.2.6 Interpreting an event
# stream; graphql-sse's PROTOCOL.md.
#
# Seen:
#   data: {} -> [1,1,1]
#   data: -> [1,1]
#   data -> [1,1]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @urql/core@6.0.3 graphql@16.15.0
cat >main.mjs <<'JS'
import { createServer } from "node:http";
import { Client, fetchExchange, gql } from "@urql/core";

async function resultsWith(ending) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`event: next\ndata: {"data":{"n":1}}\n\nevent: complete\n${ending}\n\n`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new Client({
    url: `http://127.0.0.1:${server.address().port}`,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
  });
  const seen = [];
  client.subscription(gql`subscription { n }`, {}).subscribe(({ data }) => seen.push(data?.n));
  await new Promise((resolve) => setTimeout(resolve, 500));
  server.closeAllConnections();
  server.close();
  return JSON.stringify(seen);
}

const lines = [];
for (const ending of ["data: {}", "data:", "data"]) {
  lines.push(`${ending} -> ${await resultsWith(ending)}`);
}
console.log(lines.join("\n"));
process.exit(lines.join() === "data: {} -> [1,1,1],data: -> [1,1],data -> [1,1]" ? 0 : 1);
JS
node main.mjs
