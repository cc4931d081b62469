#!/usr/bin/env bash
# @pothos/plugin-validation 4.3.1 with @pothos/core 4.15.1, zod 4.6.7, graphql 16.15.0, Node 20 or later.
#
# The arguments of a subscription field select its events, and are used by its subscribe function, once. The plugin
# validates them before that, and once more before resolve(), for each event that is sent: a thousand events are a
# thousand and one validations of the same values, and a check that asks a database asks it for each event. A server
# that sends many small events spends more time with it than with the rest of their execution.
#
# Source: @pothos/core, plugins/merge-plugins: wrapResolve() and wrapSubscribe() map the arguments, each by itself, and the
# plugin validates as a mapper of arguments; graphql executes a subscription's root field for
# each event, with its arguments (GraphQL specification, MapSourceToResponseEvent).
#
# Seen:
#   events: 1000, validations of the argument: 1001
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund \
  graphql@16.15.0 @pothos/core@4.15.1 @pothos/plugin-validation@4.3.1 zod@4.6.7
cat >main.mjs <<'JS'
import SchemaBuilder from "@pothos/core";
import ValidationPlugin from "@pothos/plugin-validation";
import { parse, subscribe } from "graphql";
import { z } from "zod";

let validations = 0;
const positive = z.number().refine((value) => {
  validations++;
  return value > 0;
});
const builder = new SchemaBuilder({ plugins: [ValidationPlugin] });
builder.queryType({ fields: (t) => ({ ready: t.boolean({ resolve: () => true }) }) });
builder.subscriptionType({});
builder.subscriptionField("steps", (t) =>
  t.int({
    nullable: false,
    args: { every: t.arg.int({ required: true, validate: positive }) },
    async *subscribe(_root, { every }) {
      for (let step = every; step <= 1000 * every; step += every) yield step;
    },
    resolve: (step) => step,
  }));

const events = await subscribe({
  schema: builder.toSchema(),
  document: parse("subscription { steps(every: 2) }"),
});
let sent = 0;
for await (const { data, errors } of events) {
  if (errors) throw errors[0];
  if (data.steps === 2 * ++sent) continue;
  throw new Error(`Event ${sent} must be ${2 * sent}, got ${data.steps}.`);
}
console.log(`events: ${sent}, validations of the argument: ${validations}`);
process.exit(sent === 1000 && validations === 1001 ? 0 : 1);
JS
node main.mjs
