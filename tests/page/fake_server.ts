/** Serves the built page and the stand-in API, the way that server/ serves the page and the real one. */
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from "graphql-ws";
import { createYoga } from "graphql-yoga";
import { type PageManifest, readManifest } from "../../tools/build_page.ts";
import { type FakeRuns, fakeSchema } from "./fake_api.ts";

/** The page's Content-Security-Policy: nothing from elsewhere. Monaco and ECharts write inline styles. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A server that is running. */
export interface FakeServer {
  readonly origin: string;
  readonly port: number;
  /** Breaks every connection, as a crash does. */
  kill(): Promise<void>;
}

const ASSETS = new URL("../../static/assets/", import.meta.url);

/** Serves on a free port, or on the one given. */
export async function startFakeServer(runs: FakeRuns, port = 0): Promise<FakeServer> {
  const manifest = await readManifest();
  if (!manifest) throw new Error("Cannot serve the page: it must be built, run 'deno task page'.");
  const schema = fakeSchema(runs);
  const yoga = createYoga({ schema, graphiql: false, landingPage: false, logging: false });
  const sessions = makeServer({ schema });
  const sockets = new Set<WebSocket>();
  const abort = new AbortController();
  const server = Deno.serve(
    { port, hostname: "127.0.0.1", signal: abort.signal, onListen() {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/graphql" && request.headers.get("upgrade") === "websocket") {
        const { socket, response } = Deno.upgradeWebSocket(request, {
          protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
        });
        sockets.add(socket);
        socket.addEventListener("close", () => sockets.delete(socket));
        openSession(sessions, socket);
        return response;
      }
      if (pathname === "/graphql") return yoga.fetch(request);
      if (pathname === "/") return serveFile(manifest, manifest.page);
      return serveFile(manifest, pathname.replace("/assets/", ""));
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    port: server.addr.port,
    async kill() {
      for (const socket of sockets) socket.close(4000);
      abort.abort();
      await server.finished;
    },
  };
}

/** Not graphql-ws/use/deno: it asks the socket for its protocol, which Deno leaves empty on the server's side. */
function openSession(sessions: ReturnType<typeof makeServer>, socket: WebSocket): void {
  socket.onopen = () => {
    const closed = sessions.opened({
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      send: (message) => socket.send(message),
      close: (code, reason) => socket.close(code, reason),
      onMessage(receive) {
        socket.onmessage = ({ data }) => receive(String(data));
      },
    }, {});
    socket.onclose = ({ code, reason }) => closed(code, reason);
  };
}

async function serveFile(manifest: PageManifest, name: string): Promise<Response> {
  const file = manifest.files[name];
  if (!file) return new Response("Not found", { status: 404 });
  return new Response(await Deno.readFile(new URL(name, ASSETS)), {
    headers: {
      "content-type": file.type,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
    },
  });
}
