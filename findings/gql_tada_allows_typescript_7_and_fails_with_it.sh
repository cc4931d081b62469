#!/usr/bin/env bash
# gql.tada 1.11.3, typescript 7.0.2 and 6.0.3, graphql 16.15.0, Node 20 or later.
#
# gql.tada's peer dependency allows TypeScript 5 to 8, so that `npm install gql.tada typescript` takes 7 without a warning.
# Its command reads tsconfig.json with `ts.parseConfigFileTextToJson`. TypeScript 7 is the native compiler, whose package
# has no such API any more: every command that reads the configuration ends with a TypeError. With TypeScript 6 the same
# folder works.
#
# Source: gql.tada, package.json (peerDependencies) and @gql.tada/internal (readTSConfigFile).
#
# Seen:
#   typescript 7.0.2: failed, TypeError: a.parseConfigFileTextToJson is not a function
#   typescript 6.0.3: wrote env.d.ts
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo 'type Query { n: Int }' >schema.graphql
cat >tsconfig.json <<'JSON'
{
  "compilerOptions": {
    "plugins": [
      { "name": "gql.tada/ts-plugin", "schema": "./schema.graphql", "tadaOutputLocation": "./env.d.ts" }
    ]
  }
}
JSON
generate() {
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund gql.tada@1.11.3 graphql@16.15.0 "typescript@$1"
  rm -f env.d.ts
  if npx gql.tada generate-output >log 2>&1; then
    echo "typescript $1: wrote $(ls env.d.ts)"
  else
    echo "typescript $1: failed, $(grep -o 'TypeError: .*' log)"
  fi
}
seen="$(generate 7.0.2)
$(generate 6.0.3)"
echo "$seen"
[ "$seen" = 'typescript 7.0.2: failed, TypeError: a.parseConfigFileTextToJson is not a function
typescript 6.0.3: wrote env.d.ts' ]
