/** Conditional requests: RFC 9110 on every route that has an ETag. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { startServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

describe("a conditional request", () => {
  it("is answered by RFC 9110, for a run's files and for the page alike", async () => {
    await using server = await startServer({ hasPage: true });
    const run = await startRun(server.store);
    await run.trainEpoch();
    const files = ["curves.svg", "curves.png", "history.json", "log.ndjson"];
    for (const path of ["/", ...files.map((file) => `/runs/${run.key}/${file}`)]) {
      const ask = async (headers: Record<string, string>) => {
        const response = await server.get(path, { headers });
        await response.body?.cancel();
        return { status: response.status, tag: response.headers.get("etag") };
      };
      const etag = (await ask({})).tag ?? "";
      assert(/^"[^"]+"$/.test(etag), `${path} must have a strong ETag, got ${etag}`);
      const cases: readonly (readonly [status: number, headers: Record<string, string>])[] = [
        [304, { "if-none-match": etag }],
        // Proxies that compress weaken tags.
        [304, { "if-none-match": `W/${etag}` }],
        [304, { "if-none-match": `"a,b", W/"other" , W/${etag},"c"` }],
        [304, { "if-none-match": "*" }],
        [200, { "if-none-match": '"other"' }],
        [200, { "if-none-match": `"a,${etag.slice(1)}` }],
        [200, { "if-none-match": etag.slice(1, -1) }],
        [200, { "if-match": etag }],
        [200, { "if-match": "*" }],
        [412, { "if-match": '"other"' }],
        [412, { "if-match": `W/${etag}` }],
      ];
      for (const [status, headers] of cases) {
        const answer = await ask(headers);
        assertEquals([path, headers, answer.status], [path, headers, status]);
        if (status === 304) assertEquals(answer.tag, etag);
      }
    }
  });
});
