#!/usr/bin/env bash
# Deno 2.9.6 (npm), Node 20 or later for comparison.
#
# A gzip file is a series of members, whose contents follow each other (RFC 1952, 2.2): `cat a.gz b.gz`, bgzip, logs
# that are appended to and writers that flush by member make such. Deno's fetch() decodes the first member of an
# answer with `Content-Encoding: gzip` and ends there: status 200, no error, the rest of the body is gone. Node's
# fetch() returns all of it. Inside Deno, gunzipSync() and createGunzip() of node:zlib return all; DecompressionStream
# rejects the second member, as the Compression standard asks, by "failed to write whole buffer". zstdDecompressSync()
# of node:zlib has the fault of fetch(): it returns the first frame of several, where RFC 8878 says that the others'
# contents follow.
#
# Seen:
#   Deno, fetch: 200 "first "
#   Deno, gunzipSync: "first second"
#   Deno, DecompressionStream: TypeError: failed to write whole buffer
#   Deno, zstdDecompressSync: "first "
#   Node, fetch: 200 "first second"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
cat >main.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import zlib from "node:zlib";

const runtime = globalThis.Deno ? "Deno" : "Node";
const members = Buffer.concat([zlib.gzipSync("first "), zlib.gzipSync("second")]);
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-encoding": "gzip" });
  response.end(members);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const response = await fetch(`http://127.0.0.1:${server.address().port}`);
console.log(`${runtime}, fetch: ${response.status} ${JSON.stringify(await response.text())}`);
if (runtime === "Deno") {
  console.log(`Deno, gunzipSync: ${JSON.stringify(zlib.gunzipSync(members).toString())}`);
  const stream = new Blob([members]).stream().pipeThrough(new DecompressionStream("gzip"));
  console.log(`Deno, DecompressionStream: ${await new Response(stream).text().catch(String)}`);
  const frames = Buffer.concat([zlib.zstdCompressSync("first "), zlib.zstdCompressSync("second")]);
  console.log(`Deno, zstdDecompressSync: ${JSON.stringify(zlib.zstdDecompressSync(frames).toString())}`);
}
server.close();
JS
{
  NO_COLOR=1 DENO_NO_UPDATE_CHECK=1 node_modules/.bin/deno run --allow-net --allow-env main.mjs
  node main.mjs
} | tee seen.txt
diff seen.txt - <<'EXPECTED'
Deno, fetch: 200 "first "
Deno, gunzipSync: "first second"
Deno, DecompressionStream: TypeError: failed to write whole buffer
Deno, zstdDecompressSync: "first "
Node, fetch: 200 "first second"
EXPECTED
