#!/usr/bin/env bash
# Deno 2.9.6.
#
# With "nodeModulesDir": "manual", `await import("name")` fails if the package was installed after the program began,
# however late it is carried out: Deno looks for packages of literal specifiers when it loads the graph of modules, and
# keeps what it found. The same import with the name in a variable loads the package, and so does require().
#
# Seen:
#   import("picocolors") fails
#   import(name) loads it
#   require("picocolors") loads it
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
deno=$PWD/node_modules/.bin/deno
mkdir project && cd project
cat >deno.json <<'JSON'
{ "nodeModulesDir": "manual", "imports": { "picocolors": "npm:picocolors@1.1.1" } }
JSON
outcome() { # expression that loads it, in a program that installs it first
  rm -rf node_modules
  cat >main.ts <<TS
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const install = ["install", "--quiet", "--entrypoint", "npm:picocolors@1.1.1"];
const { success } = await new Deno.Command(Deno.execPath(), { args: install }).output();
if (!success) throw new Error("not installed");
const name = "picocolors";
try {
  await $1;
  console.log("loads it");
} catch {
  console.log("fails");
}
TS
  "$deno" run -A main.ts
}
literal=$(outcome 'import("picocolors")')
variable=$(outcome 'import(name)')
required=$(outcome 'require("picocolors")')
echo "import(\"picocolors\") $literal"
echo "import(name) $variable"
echo "require(\"picocolors\") $required"
[ "$literal" = fails ] && [ "$variable" = "loads it" ] && [ "$required" = "loads it" ]
