/** The receivers of docs/webhooks.md: they act on each message once, and refuse what was not signed. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readLines } from "../../lib/lines.ts";
import { headersOf, pingMessage } from "../../webhooks/message.ts";
import { createSecret } from "../../webhooks/secret.ts";
import { missingPackages, PYTHON } from "../support/python.ts";
import { freePort } from "../../tools/processes.ts";
import { until } from "../support/until.ts";

const FOLDER = fileURLToPath(new URL("../../examples/webhooks/", import.meta.url));
const noPython = await missingPackages();
if (noPython !== undefined) console.warn(`Skipped: receiver.py: ${noPython}`);

/** The program of each receiver. */
const PROGRAMS = {
  "receiver.ts": [Deno.execPath(), "run", "--no-check", "--allow-net", "--allow-env"],
  "receiver.py": [PYTHON],
} as const;

describe("the receivers of docs/webhooks.md", () => {
  for (const [name, [command, ...args]] of Object.entries(PROGRAMS)) {
    it(`${name} acts on each message once, and refuses what was not signed`, {
      ignore: name.endsWith(".py") && noPython !== undefined,
    }, async () => {
      const secret = createSecret();
      const port = freePort();
      const child = new Deno.Command(command, {
        args: [...args, `${FOLDER}${name}`],
        env: { WEBHOOK_SECRET: secret, PORT: String(port) },
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const printed: string[] = [];
      const reading = (async () => {
        for await (const line of readLines(child.stdout)) {
          if (line.startsWith("{")) printed.push(line);
        }
      })();
      try {
        const message = pingMessage("wh_1");
        const post = async (headers: Record<string, string>, body = message.body) => {
          const url = `http://127.0.0.1:${port}/`;
          const response = await fetch(url, { method: "POST", headers, body });
          await response.body?.cancel();
          return response.ok ? "taken" : response.status;
        };
        const signed = headersOf(message, [createSecret(), secret]);
        await until("it takes a message", () => post(signed).catch(() => false));
        const old = headersOf(message, [secret], new Date(Date.now() - 3_600_000));
        assertEquals(
          [
            await post(signed),
            await post(headersOf(message, [createSecret()])),
            await post(signed, `${message.body} `),
            await post(old),
          ],
          ["taken", 401, 401, 401],
        );
        assertEquals(printed, [message.body]);
      } finally {
        child.kill("SIGKILL");
        await child.status;
        await reading;
      }
    });

    it(`${name} is in docs/webhooks.md as it stands`, async () => {
      const page = await Deno.readTextFile(new URL("../../docs/webhooks.md", import.meta.url));
      assertStringIncludes(page, await Deno.readTextFile(`${FOLDER}${name}`));
    });
  }
});
