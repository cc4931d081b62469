/** Downloads of a run: its curves, history and log. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { textsOf } from "../../pictures/look.ts";
import { assertRefused, statusOf } from "../../support/http.ts";
import { useServer } from "../../support/start_server.ts";
import { logLine, startRun, type WrittenRun } from "../../support/written_run.ts";

describe("a run's files", () => {
  const server = useServer();
  let worker: WrittenRun;
  let files: string;
  before(async () => {
    worker = await startRun(server.store, "<b>the run & its name</b>");
    await worker.trainEpoch();
    files = `${server.origin}/runs/${worker.key}`;
  });

  it("draws the curves as SVG, with the run's name as text", async () => {
    const response = await fetch(`${files}/curves.svg`);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "image/svg+xml");
    assertMatch(response.headers.get("content-security-policy") ?? "", /^default-src 'none';/);
    const svg = await response.text();
    assertMatch(svg, /^<svg /);
    assertMatch(svg, /&lt;b&gt;the run &amp; its name&lt;\/b&gt;/);
  });

  it("draws them as PNG, light or dark", async () => {
    const [light, dark] = await Promise.all(
      ["", "?theme=dark"].map(async (search) => {
        const response = await fetch(`${files}/curves.png${search}`);
        assertEquals(response.headers.get("content-type"), "image/png");
        return await response.bytes();
      }),
    );
    assertEquals([...light?.subarray(0, 4) ?? []], [0x89, 0x50, 0x4e, 0x47]);
    assertNotEquals(light, dark);
    const message = /theme must be light or dark, got 'pink'/;
    await assertRefused(fetch(`${files}/curves.svg?theme=pink`), { status: 400, message });
  });

  it("draws them as PDF, and with each batch, under an own title or none", async () => {
    const pdf = await fetch(`${files}/curves.pdf`);
    assertEquals(pdf.headers.get("content-type"), "application/pdf");
    assertEquals(new TextDecoder().decode((await pdf.bytes()).subarray(0, 5)), "%PDF-");
    const textsWith = async (query: string) =>
      textsOf(await (await fetch(`${files}/curves.svg?${query}`)).text());
    const whole = await textsWith("");
    assert(!whole.includes("each batch"));
    assert((await textsWith("of=steps")).includes("each batch"));
    assert((await textsWith("title=Figure%201")).includes("Figure 1"));
    assertEquals((await textsWith("title=")).length, whole.length - 1);
    const message = /of must be epochs or steps, got 'hours'/;
    await assertRefused(fetch(`${files}/curves.svg?of=hours`), { message });
  });

  it("are found by the store's id and by the API's", async () => {
    const { runs: { nodes: [{ id }] } } = await server.ask("{ runs { nodes { id } } }");
    assertNotEquals(id, worker.key);
    for (const name of [worker.key, id, encodeURIComponent(id)]) {
      const response = await fetch(`${server.origin}/runs/${name}/history.json`);
      assertEquals(response.status, 200, name);
      assertMatch(response.headers.get("content-disposition") ?? "", /^attachment; filename="/);
      const history = await response.json();
      assertEquals(history.state, "RUNNING");
      assertEquals(history.spec.recipe, "BASIC_CNN");
      assertEquals(history.epochs[0].testAcc, 0.91);
    }
  });

  it("have the new number of epochs of a continued run", async () => {
    const { key: runId, append, complete } = await startRun(server.store, "continued");
    await append(logLine("Nothing to learn."));
    await complete();
    await server.store.request(runId, "resume", { epochs: 7 });
    const response = await fetch(`${server.origin}/runs/${runId}/history.json`);
    assertEquals((await response.json()).spec.epochs, 7);
    await server.store.request(runId, "cancel");
  });

  it("include the whole log, one event per line", async () => {
    const long = await startRun(server.store, "a long run");
    const messages = Array.from({ length: 1200 }, (_, at) => `message ${at}`);
    for (let at = 0; at < messages.length; at += 300) {
      await long.append(...messages.slice(at, at + 300).map((message) => logLine(message)));
    }
    const response = await fetch(`${server.origin}/runs/${long.key}/log.ndjson`);
    assertEquals(response.headers.get("content-type"), "application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ seq }) => seq), lines.map((_, at) => at + 1));
    assertEquals(lines.slice(0, 3).map(({ type }) => type), ["queued", "claimed", "started"]);
    assertEquals(lines.slice(3).map(({ message }) => message), messages);
  });

  it("are unchanged (304) until the next event of the run", async () => {
    const first = await fetch(`${files}/history.json`);
    await first.body?.cancel();
    const etag = first.headers.get("etag") ?? "";
    const headers = { "if-none-match": etag };
    assertEquals((await fetch(`${files}/history.json`, { headers })).status, 304);
    await worker.trainEpoch();
    const second = await fetch(`${files}/history.json`, { headers });
    assertEquals(second.status, 200);
    assertEquals((await second.json()).epochs.length, 2);
  });

  it("are NOT_FOUND for a run that does not exist", async () => {
    for (const id of ["nothing", btoa("Run:nothing"), btoa("Sample:1"), "%ff", "%E0%A4%A"]) {
      await assertRefused(server.get(`/runs/${id}/curves.svg`), { status: 404, code: "NOT_FOUND" });
    }
    assertEquals(await statusOf(fetch(`${files}/history.json`, { method: "DELETE" })), 405);
    assertEquals((await fetch(`${files}/weights.bin`)).status, 404);
  });
});
