#!/usr/bin/env bash
# Deno 2.9.6 (npm).
#
# A thread of node:worker_threads takes 20 ms to receive a Uint8Array of 100 kB, transferred or copied, and ten times as long
# for ten times the bytes. Deno's own Worker takes a fraction of a millisecond, whatever the size. An ArrayBuffer instead of
# the array takes no time either, and neither does an array that the thread sends.
#
# Source: Deno, ext/node/polyfills/worker_threads.ts, patchMessagePortIfFound(), which looks for ports in every property of
# what is received: each byte of an array is one.
#
# Seen, in milliseconds for an array of 100 kB there, and its length back:
#   node:worker_threads: 18.53, as an ArrayBuffer: 0.21
#   Worker: 0.22
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
cat >main.ts <<'TS'
import { Worker as NodeWorker } from "node:worker_threads";

const node = new NodeWorker(
  'const { parentPort } = require("node:worker_threads"); parentPort.on("message", (it) => parentPort.postMessage(it.byteLength));',
  { eval: true },
);
const own = new Worker("data:text/javascript,self.onmessage = (it) => self.postMessage(it.data.byteLength);", {
  type: "module",
});
let answered = () => {};
node.on("message", () => answered());
own.onmessage = () => answered();

interface Thread {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}

async function measure(thread: Thread, toMessage: (bytes: Uint8Array) => unknown) {
  const messages = 50;
  const began = performance.now();
  for (let sent = 0; sent < messages; sent++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    answered = resolve;
    const bytes = new Uint8Array(100_000);
    thread.postMessage(toMessage(bytes), [bytes.buffer]);
    await promise;
  }
  return (performance.now() - began) / messages;
}

await measure(node, (bytes) => bytes.buffer);
await measure(own, (bytes) => bytes);
const array = await measure(node, (bytes) => bytes);
const buffer = await measure(node, (bytes) => bytes.buffer);
const ownArray = await measure(own, (bytes) => bytes);
console.log(`node:worker_threads: ${array.toFixed(2)}, as an ArrayBuffer: ${buffer.toFixed(2)}`);
console.log(`Worker: ${ownArray.toFixed(2)}`);
Deno.exit(array > 10 * buffer && array > 10 * ownArray ? 0 : 1);
TS
node_modules/.bin/deno run -A main.ts
