#!/usr/bin/env bash
# graphql 17.1.0 and 16.15.0, Node 20 or later.
#
# A server with incremental delivery lists the directive @defer in its introspection, as it must for clients to use it.
# Who builds a schema from that (a gateway, a mock, a loader of remote schemas) and runs it with graphql 17's execute()
# or graphql() gets an error for every query, deferred or not: 'The provided schema unexpectedly contains experimental
# directives'. graphql 16 runs it. experimentalExecuteIncrementally() runs it, too.
#
# Source: graphql 17, execution/execute.ts. Met with @graphql-tools/url-loader 9.1.14.
#
# Seen:
#   graphql 16.15.0: {"data":{"n":1}}
#   graphql 17.1.0: Error: The provided schema unexpectedly contains experimental directives (@defer or @stream).
#   graphql 17.1.0, experimentalExecuteIncrementally: {"data":{"n":1}}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql16@npm:graphql@16.15.0 graphql17@npm:graphql@17.1.0
cat >main.mjs <<'JS'
import * as graphql16 from "graphql16";
import * as graphql17 from "graphql17";

// The directive arrives like this from the introspection of a server with incremental delivery.
const SCHEMA = `
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { n: Int }
`;
const server = graphql16.introspectionFromSchema(graphql16.buildSchema(SCHEMA));

async function resultOf(graphql, execute) {
  const schema = graphql.buildClientSchema(server);
  const document = graphql.parse("{ n }");
  try {
    return JSON.stringify(await execute({ schema, document, rootValue: { n: 1 } }));
  } catch (error) {
    return String(error).split(". ")[0] + ".";
  }
}

const seen = [
  `graphql 16.15.0: ${await resultOf(graphql16, graphql16.execute)}`,
  `graphql 17.1.0: ${await resultOf(graphql17, graphql17.execute)}`,
  "graphql 17.1.0, experimentalExecuteIncrementally: " +
  await resultOf(graphql17, graphql17.experimentalExecuteIncrementally),
];
console.log(seen.join("\n"));
const isAsDescribed = seen[0].endsWith('{"data":{"n":1}}') &&
  seen[1].endsWith("unexpectedly contains experimental directives (@defer or @stream).") &&
  seen[2].endsWith('{"data":{"n":1}}');
process.exit(isAsDescribed ? 0 : 1);
JS
node main.mjs
