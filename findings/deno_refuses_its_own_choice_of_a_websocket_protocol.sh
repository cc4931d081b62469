#!/usr/bin/env bash
# Deno 2.9.6, ws 8.23.0 (npm).
#
# Deno.upgradeWebSocket(request, { protocol }) throws where the client has offered that very protocol, if the client
# separates its offers by a bare comma, as npm's ws and Python's aiohttp do. Lists in HTTP headers need no space after a
# comma (RFC 9110, 5.6.1). The request is answered by 500. Without the option, and with the header
# Sec-WebSocket-Protocol set on Deno's response, the handshake succeeds.
#
# Source: Deno, ext/http/02_websocket.ts, which splits the header at a comma followed by a space.
#
# Seen:
#   with the option: Unexpected server response: 500
#   with the header: graphql-transport-ws
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ws@8.23.0 deno@2.9.6
cat >server.ts <<'TS'
const protocol = "graphql-transport-ws";
Deno.serve({
  port: 0,
  onListen: ({ port }) => console.log(port),
  onError: () => new Response(null, { status: 500 }),
}, (request) => {
  const withOption = new URL(request.url).pathname === "/option";
  const { response } = Deno.upgradeWebSocket(request, withOption ? { protocol } : {});
  if (!withOption) response.headers.set("Sec-WebSocket-Protocol", protocol);
  return response;
});
TS
cat >main.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { WebSocket } from "ws";

const server = spawn("node_modules/.bin/deno", ["run", "--allow-net", "server.ts"]);
const [line] = await once(server.stdout, "data");
const connect = (path) =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://localhost:${parseInt(line)}${path}`, [
      "graphql-transport-ws",
      "graphql-ws",
    ]);
    socket.on("open", () => resolve(socket.protocol));
    socket.on("error", ({ message }) => resolve(message));
  });
const lines = [
  `with the option: ${await connect("/option")}`,
  `with the header: ${await connect("/header")}`,
];
console.log(lines.join("\n"));
server.kill();
process.exit(lines[0].endsWith("500") && lines[1].endsWith(": graphql-transport-ws") ? 0 : 1);
JS
node main.mjs
