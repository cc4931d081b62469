#!/usr/bin/env bash
# Deno 2.9.6.
#
# `deno install --entrypoint main.ts`, documented as installing the dependencies of that file, installs every package
# that deno.lock names, imported or not. With --unstable-npm-lazy-caching it installs those of the file alone, as
# `deno run` does with the unstable feature in deno.json. `deno task`, however, installs everything before any task,
# with the feature too, if deno.json has "nodeModulesDir": "auto".
#
# Source: Deno, default_npm_caching_strategy() in cli/args/mod.rs, where the entry points fall to Eager, and
# maybe_npm_install() in cli/tools/task.rs, which always asks for PackageCaching::All.
#
# Seen:
#   deno install --entrypoint: ms picocolors
#   the same with --unstable-npm-lazy-caching: ms
#   deno run with npm-lazy-caching: ms
#   deno task with npm-lazy-caching: ms picocolors
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
deno=$PWD/node_modules/.bin/deno
mkdir project && cd project
cat >main.ts <<'TS'
import ms from "ms";
ms("1 day");
TS
config() { # extra fields of deno.json
  cat >deno.json <<JSON
{ "nodeModulesDir": "auto", $1
  "tasks": { "nothing": "echo" },
  "imports": { "ms": "npm:ms@2.1.3", "picocolors": "npm:picocolors@1.1.1" } }
JSON
}
installed() { # command
  rm -rf node_modules
  "$@" >/dev/null 2>&1
  (cd node_modules/.deno && echo *@*) | sed 's/@[^ ]*//g'
}
config ""
"$deno" install --quiet
entry=$(installed "$deno" install --entrypoint main.ts)
lazy=$(installed "$deno" install --unstable-npm-lazy-caching --entrypoint main.ts)
config '"unstable": ["npm-lazy-caching"],'
ran=$(installed "$deno" run main.ts)
task=$(installed "$deno" task nothing)
echo "deno install --entrypoint: $entry"
echo "the same with --unstable-npm-lazy-caching: $lazy"
echo "deno run with npm-lazy-caching: $ran"
echo "deno task with npm-lazy-caching: $task"
[ "$entry" = "ms picocolors" ] && [ "$lazy" = ms ] && [ "$ran" = ms ] && [ "$task" = "ms picocolors" ]
