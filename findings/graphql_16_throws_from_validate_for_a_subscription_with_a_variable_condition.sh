#!/usr/bin/env bash
# graphql 16.15.0, Node 20 or later.
#
# validate() returns the errors of a document. For a subscription whose root field has @skip or @include with a
# variable it throws one instead: that the variable "was not provided a runtime value", though the operation declares it
# with a default. Validation knows no values, so that clients who sent one are told that they did not. Servers that do
# not expect validate() to throw answer with an unexpected error, and cache nothing. With a literal, the document passes.
#
# The specification of September 2025 forbids both directives there; 16 follows the one of October 2021.
# Source: validation/rules/SingleFieldSubscriptionsRule, which collects the root fields with no variables.
#
# Seen:
#   @skip(if: false): 0 errors
#   @skip(if: $is): thrown: Argument "if" of required type "Boolean!" was provided the variable "$is" which was not
#   provided a runtime value.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0
cat >main.mjs <<'JS'
import { buildSchema, parse, validate } from "graphql";

const schema = buildSchema("type Query { ready: Boolean } type Subscription { step: Int }");

function outcome(text) {
  try {
    return `${validate(schema, parse(text)).length} errors`;
  } catch (error) {
    return `thrown: ${error.message}`;
  }
}

const literal = outcome("subscription { step @skip(if: false) }");
const variable = outcome("subscription ($is: Boolean! = false) { step @skip(if: $is) }");
console.log(`@skip(if: false): ${literal}\n@skip(if: $is): ${variable}`);
const isAsDescribed = literal === "0 errors" &&
  /^thrown: .*"\$is" which was not provided a runtime value\.$/.test(variable);
process.exit(isAsDescribed ? 0 : 1);
JS
node main.mjs
