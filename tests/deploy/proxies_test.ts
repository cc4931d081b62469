/** Subscriptions through the proxies that docs/security.md configures, over HTTP/2 and by WebSocket. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createClient } from "graphql-ws";
import { join } from "node:path";
import { temporaryFolder } from "../../tools/processes.ts";
import { soon, until } from "../support/until.ts";
import { startServer, type TestServer } from "../support/start_server.ts";
import { startRun } from "../support/written_run.ts";

const TOKEN = "correct-horse-battery-staple";
const EPOCHS = "subscription { epochs { number } }";
const DOCUMENT = new URL("../../docs/security.md", import.meta.url);

/** Ports that a proxy listens on. */
interface Ports {
  /** HTTP/2 over TLS. */
  readonly secure: number;
  /** HTTP/1.1. */
  readonly plain: number;
}

/** A proxy, as docs/security.md configures it. */
interface Proxy {
  readonly name: string;
  /** Writes the configuration, and returns the command that runs the proxy until it is killed. */
  configure(folder: string, upstream: string, ports: Ports): Promise<readonly string[]>;
}

const nginx: Proxy = {
  name: "nginx",
  async configure(folder, upstream, { secure, plain }) {
    const certificate = join(folder, "certificate.pem");
    const key = join(folder, "key.pem");
    await run(
      ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
      ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
    );
    const site = (await documented(/```nginx\n([^]*?)```/))
      .replace("listen 443 ssl http2;", `listen ${secure} ssl http2; listen ${plain};`)
      .replace("epochql.example.com", "localhost")
      .replace("127.0.0.1:8000", upstream);
    const map = await documented(/`(map \$http_upgrade [^`]*)`/);
    const file = join(folder, "nginx.conf");
    await Deno.writeTextFile(
      file,
      `daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${map}
       client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       ssl_certificate ${certificate}; ssl_certificate_key ${key}; ${site} }`,
    );
    return ["nginx", "-c", file, "-g", "worker_processes 1;"];
  },
};

const caddy: Proxy = {
  name: "Caddy",
  async configure(folder, upstream, { secure, plain }) {
    const text = await documented(/```\n(\{\n\tservers[^]*?)```/);
    const site = /epochql\.example\.com \{([^]*?)\n\}/.exec(text)?.[1]
      ?.replace("127.0.0.1:8000", upstream) ?? "";
    const global = text.slice(1, text.indexOf("\nepochql.example.com"))
      .replace(/\}\s*$/, "");
    const file = join(folder, "Caddyfile");
    await Deno.writeTextFile(
      file,
      `{
        admin off
        skip_install_trust
        auto_https disable_redirects
        storage file_system ${folder}/storage
        ${global}
      }
      https://localhost:${secure} {
        tls internal
        ${site}
      }
      http://localhost:${plain} {
        ${site}
      }`,
    );
    return ["caddy", "run", "--adapter", "caddyfile", "--config", file];
  },
};

/** A part of docs/security.md. */
async function documented(pattern: RegExp): Promise<string> {
  const text = pattern.exec(await Deno.readTextFile(DOCUMENT))?.[1];
  if (text === undefined) throw new Error(`docs/security.md must have ${pattern}.`);
  return text;
}

async function run(...words: readonly (readonly string[])[]): Promise<void> {
  const [command = "", ...args] = words.flat();
  const { success, stderr } = await new Deno.Command(command, { args, stderr: "piped" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function exists(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["version"], stdout: "null", stderr: "null" })
      .outputSync().code >= 0;
  } catch {
    return false;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts a proxy, and resolves when it answers. */
async function startProxy({ configure }: Proxy, { origin }: TestServer) {
  const folder = temporaryFolder();
  const ports = { secure: freePort(), plain: freePort() };
  const [command = "", ...args] = await configure(folder.path, new URL(origin).host, ports);
  const process = new Deno.Command(command, { args, stdout: "null", stderr: "null" }).spawn();
  // With TLS as well: Caddy makes its certificate while it answers without.
  for (const address of [`http://localhost:${ports.plain}`, `https://localhost:${ports.secure}`]) {
    const health = ["--insecure", "--fail", "--silent", `${address}/healthz`];
    await until(
      `${command} answers at ${address}`,
      () => run(["curl"], health).then(() => true, () => false),
    );
  }
  return {
    ...ports,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      folder[Symbol.dispose]();
    },
  };
}

/** Follows a subscription by curl, over HTTP/2; its text arrives as curl receives it. */
function curl(port: number, accept: string) {
  const process = new Deno.Command("curl", {
    args: [
      ...["-skN", "--http2", "-w", "HTTP/%{http_version}", `https://localhost:${port}/graphql`],
      ...["-H", `accept: ${accept}`, "-H", "content-type: application/json"],
      ...["-H", `authorization: Bearer ${TOKEN}`, "-d", JSON.stringify({ query: EPOCHS })],
    ],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const { done, value = "" } = await soon(reader.read(), `curl must receive ${pattern}`);
        if (done) throw new Error(`It must receive ${pattern}, got the end after: ${text}`);
        text += value;
      }
      return text;
    },
    async [Symbol.asyncDispose]() {
      await reader.cancel();
      await process.status;
    },
  };
}

for (const proxy of [nginx, caddy]) {
  const missing = [proxy.name.toLowerCase(), "curl", "openssl"].filter((name) => !exists(name));
  const title = `behind ${proxy.name}${missing.length > 0 ? ` (needs ${missing})` : ""}`;

  describe(title, { ignore: missing.length > 0 }, () => {
    for (const accept of ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"]) {
      it(`each epoch arrives at once over HTTP/2 as ${accept.split(";")[0]}`, async () => {
        await using server = await startServer({ token: TOKEN, proxies: 1 });
        const worker = await startRun(server.store);
        await worker.trainEpoch();
        await using through = await startProxy(proxy, server);
        await using client = curl(through.secure, accept);
        await client.until(/"number":1/);
        await worker.trainEpoch();
        await client.until(/"number":2/);
        await worker.complete();
        assertMatch(await client.until(/HTTP\/\d/), /(event: complete|--graphql--)[^]*HTTP\/2/);
      });
    }

    it("each epoch arrives by WebSocket", async () => {
      await using server = await startServer({ token: TOKEN, proxies: 1 });
      const worker = await startRun(server.store);
      await worker.trainEpoch();
      await using through = await startProxy(proxy, server);
      const client = createClient({
        url: `ws://localhost:${through.plain}/graphql`,
        connectionParams: { authorization: `Bearer ${TOKEN}` },
      });
      const epochs = client.iterate({ query: EPOCHS });
      const next = async () => (await soon(epochs.next(), "an epoch must arrive")).value;
      assertEquals(await next(), { data: { epochs: { number: 1 } } });
      await worker.trainEpoch();
      assertEquals(await next(), { data: { epochs: { number: 2 } } });
      await worker.complete();
      assertEquals(await next(), undefined);
      await client.dispose();
    });
  });
}
