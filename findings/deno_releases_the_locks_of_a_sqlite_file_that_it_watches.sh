#!/usr/bin/env bash
# Deno 2.9.6, Linux.
#
# Deno.watchFs() opens a file at each event about it, to find out whether it is still there, and closes it again. By
# POSIX, closing a file releases all locks that the process has on it, through whatever descriptor. So a program that
# watches a SQLite database, or its folder, loses the locks of its own connections whenever somebody touches the file: two
# processes write at once, and with a write-ahead log the next one that opens the database truncates the index that the
# others have mapped, which ends them by SIGBUS.
#
# Seen, while a transaction that began with `begin immediate` was open:
#   not watched: another process cannot begin one
#   watched: another process begins one
set -euo pipefail
[ "$(uname)" = Linux ] || { echo "Linux only"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
deno=$PWD/node_modules/.bin/deno
cat >other.ts <<'TS'
import { DatabaseSync } from "node:sqlite";
const database = new DatabaseSync(Deno.args[0]);
try {
  database.exec("begin immediate; rollback");
  console.log("begins one");
} catch {
  console.log("cannot begin one");
}
TS
cat >main.ts <<'TS'
import { DatabaseSync } from "node:sqlite";
const [path, how] = Deno.args;
const database = new DatabaseSync(path);
database.exec("create table t (a); begin immediate; insert into t values (1)");
const watcher = how === "watched" ? Deno.watchFs(path) : undefined;
const now = new Date();
const touch = () => Deno.utimeSync(path, now, now);
touch();
if (watcher) for await (const _event of watcher) break;
const args = ["run", "-A", "other.ts", path];
const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
console.log(new TextDecoder().decode(stdout).trim());
database.exec("rollback");
TS
plain=$("$deno" run -A main.ts plain.db "not watched")
watched=$("$deno" run -A main.ts watched.db watched)
echo "not watched: another process $plain"
echo "watched: another process $watched"
[ "$plain" = "cannot begin one" ] && [ "$watched" = "begins one" ]
