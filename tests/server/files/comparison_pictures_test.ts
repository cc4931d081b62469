/** Pictures of several runs' curves, over HTTP. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { textsOf } from "../../pictures/look.ts";
import { assertRefused, statusOf } from "../../support/http.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun, type WrittenRun } from "../../support/written_run.ts";

describe("a comparison of runs as a picture", () => {
  const server = useServer();
  let one: WrittenRun;
  let other: WrittenRun;
  before(async () => {
    one = await startRun(server.store, "one <b>");
    other = await startRun(server.store, "other");
    await one.trainEpoch();
    await other.trainEpoch();
  });

  const get = (format: string, query: Record<string, string>, init: RequestInit = {}) =>
    fetch(`${server.origin}/runs/compare.${format}?${new URLSearchParams(query)}`, init);
  const both = () => ({ runs: `${one.key},${other.key}` });

  it("has the runs' names in its legend, and a title only where one is given", async () => {
    const response = await get("svg", both());
    assertEquals(response.headers.get("content-type"), "image/svg+xml");
    assertMatch(response.headers.get("content-security-policy") ?? "", /^default-src 'none';/);
    const texts = textsOf(await response.text());
    for (const text of ["one <b>", "other", "Test accuracy (%)"]) {
      assert(texts.includes(text), text);
    }
    const titled = textsOf(await (await get("svg", { ...both(), title: "Mine & yours" })).text());
    assert(titled.includes("Mine & yours"), titled.join());
    assertEquals(texts.length + 1, titled.length);
    const train = textsOf(await (await get("svg", { ...both(), of: "train" })).text());
    assert(train.includes("Train accuracy (%)"), train.join());
  });

  it("comes as PNG and PDF too", async () => {
    const formats = [["png", "image/png", "\x89PNG"], ["pdf", "application/pdf", "%PDF"]] as const;
    for (const [format, type, magic] of formats) {
      const response = await get(format, both());
      assertEquals(response.headers.get("content-type"), type);
      const bytes = await response.bytes();
      assertEquals(String.fromCharCode(...bytes.subarray(0, 4)), magic);
    }
  });

  it("takes the ids of the API and of the page's address", async () => {
    const ids = [one.id, other.id.replace(/=+$/, "")].join();
    const response = await get("svg", { runs: ids });
    assertEquals(await response.text(), await (await get("svg", both())).text());
  });

  it("is unchanged (304) until one of its runs changes, or another picture is asked for", async () => {
    const first = await get("svg", both());
    await first.body?.cancel();
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    assertEquals((await get("svg", both(), { headers })).status, 304);
    for (const changed of [{ title: "x" }, { theme: "dark" }, { of: "train" }, { scale: "log" }]) {
      const response = get("svg", { ...both(), ...changed }, { headers });
      assertEquals(await statusOf(response), 200, JSON.stringify(changed));
    }
    await other.trainEpoch();
    const later = await get("svg", both(), { headers });
    assertEquals(later.status, 200);
    assertNotEquals(later.headers.get("etag"), first.headers.get("etag"));
    await later.body?.cancel();
  });

  it("refuses what it cannot draw, with the reason", async () => {
    const nine = Array.from({ length: 9 }, (_, at) => `r${at}`).join();
    const cases: readonly (readonly [Record<string, string>, number, RegExp])[] = [
      [{}, 400, /runs must be 1 to 8 ids separated by commas, got 0/],
      [{ runs: nine }, 400, /got 9/],
      [{ runs: `${one.key},nothing` }, 404, /no run has the ID 'nothing'/],
      [{ ...both(), of: "steps" }, 400, /of must be test or train, got 'steps'/],
      [{ ...both(), theme: "pink" }, 400, /theme must be light or dark, got 'pink'/],
      [{ ...both(), scale: "square" }, 400, /scale must be auto or linear or log, got 'square'/],
      [{ ...both(), title: "t".repeat(201) }, 400, /at most 200 characters, got 201/],
      [{ ...both(), title: "a\u0001" }, 400, /got control characters/],
    ];
    for (const [query, status, message] of cases) {
      await assertRefused(get("svg", query), { status, message }, JSON.stringify(query));
    }
    assertEquals(await statusOf(get("svg", both(), { method: "POST" })), 405);
  });
});
