/** Uploads of the Data panel over a connection that breaks. */
import { assert } from "@std/assert";
import { after, before } from "@std/testing/bdd";
import { join } from "node:path";
import type { Page, Request } from "playwright-core";
import { UPLOAD_PATIENCE_MS } from "../../web/timeouts.ts";
import { colouredImages, writeZip } from "../support/image_files.ts";
import { until } from "../support/until.ts";
import { SERVER_AWAY } from "./looks.ts";
import { describePage, type Suite } from "./suite.ts";

/** Bytes a second of a connection over which the file takes far longer than a test needs to break it. */
const SLOW = 100_000;

/** Size of a file in the zip that is no image and cannot be compressed. */
const BALLAST = 6_000_000;

describePage("an upload of the Data panel", (suite) => {
  let folder = "";
  const zip = () => join(folder, "photos.zip");

  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "epochql-upload-" });
    const noise = new Uint8Array(BALLAST);
    for (let at = 0; at < BALLAST; at += 60_000) {
      crypto.getRandomValues(noise.subarray(at, at + 60_000));
    }
    await writeZip(zip(), { ...colouredImages(12), "green/notes.bin": noise });
  });
  after(() => Deno.remove(folder, { recursive: true }));

  /** Opens the dialog, chooses the file and imports it over a slow connection, until a part of it has arrived. */
  const beginUpload = async (page: Page) => {
    const setSpeed = await speedOf(page);
    await setSpeed(SLOW);
    await chooseFile(page, zip());
    const [sending] = await Promise.all([page.waitForRequest(isPiece), pressImport(page)]);
    await until("a part of the file has arrived", async () => {
      const { headers } = await fetch(sending.url(), { method: "HEAD" });
      return Number(headers.get("upload-offset")) > 0;
    });
    return setSpeed;
  };

  suite.it("goes on where it was when the server is killed and started again", async () => {
    const page = await openData(suite);
    const setSpeed = await beginUpload(page);
    suite.expectProblems(SERVER_AWAY);
    await suite.stage.killServer();
    await page.getByText("Waiting for the server").waitFor();
    const next = page.waitForRequest(isPiece);
    await setSpeed(-1);
    await suite.stage.restartServer();
    assert(offsetOf(await next) > 0);
    await page.getByText("3 × 32 × 32 · 3 classes").waitFor();
    await deleteDataset(page);
  });

  suite.it("goes on after a reload when its file is chosen again", async () => {
    const page = await openData(suite);
    const setSpeed = await beginUpload(page);
    await page.reload();
    await page.getByRole("button", { name: "Import…" }).click();
    await page.getByText(/of photos\.zip were sent before/).waitFor();
    await page.getByLabel("File to import").setInputFiles(zip());
    const next = page.waitForRequest(isPiece);
    await setSpeed(-1);
    await pressImport(page);
    assert(offsetOf(await next) > 0);
    await page.getByText("3 × 32 × 32 · 3 classes").waitFor();
    await deleteDataset(page);
  });

  suite.it("is given up after a long time, and goes on when it is asked for again", async () => {
    const page = await openData(suite);
    await page.clock.install();
    const setSpeed = await beginUpload(page);
    suite.expectProblems(SERVER_AWAY);
    await suite.stage.killServer();
    await page.getByText("Waiting for the server").waitFor();
    await page.clock.fastForward(UPLOAD_PATIENCE_MS);
    await page.getByText("Cannot upload photos.zip: for 5 min 0 s nothing arrived").waitFor();
    await setSpeed(-1);
    await suite.stage.restartServer();
    const next = page.waitForRequest(isPiece);
    await pressImport(page);
    assert(offsetOf(await next) > 0);
    await page.getByText("3 × 32 × 32 · 3 classes").waitFor();
    await deleteDataset(page);
  });
});

async function openData(suite: Suite): Promise<Page> {
  const page = await suite.open();
  await page.getByRole("link", { name: "Data" }).click();
  await page.getByText("60,000 samples").waitFor();
  return page;
}

async function chooseFile(page: Page, path: string) {
  await page.getByRole("button", { name: "Import…" }).click();
  await page.getByLabel("File to import").setInputFiles(path);
}

function pressImport(page: Page) {
  const dialog = page.getByRole("dialog", { name: "Import a dataset" });
  return dialog.getByRole("button", { name: "Import", exact: true }).click();
}

async function deleteDataset(page: Page) {
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the dataset" }).click();
  await page.getByText("60,000 samples").waitFor();
}

function isPiece(request: Request): boolean {
  return request.method() === "PATCH";
}

function offsetOf(request: Request): number {
  return Number(request.headers()["upload-offset"]);
}

/** Returns a function that sets the bytes a second that the page can send; -1 is no limit. */
async function speedOf(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  return async (uploadThroughput: number) => {
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  };
}
