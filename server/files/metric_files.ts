/**
 * Metrics of a run for other programs, streamed from its log at the client's pace: CSV, and TensorBoard's event file.
 */
import { configure, ZipWriter } from "@zip.js/zip.js";
import { epochRow, epochsHead, stepRows, stepsHead } from "../../exports/metrics/csv.ts";
import {
  encodeEpoch,
  encodeStart,
  encodeSteps,
  eventFileName,
  settingsOf,
} from "../../exports/metrics/tensorboard.ts";
import type { Run } from "../../runs/log/run.ts";
import { readWhole } from "../../runs/reading/read_pages.ts";
import type { RunStore } from "../../runs/store/store.ts";

// The server starts no threads for archives.
configure({ useWebWorkers: false });

/** Streams a row for each epoch, or for each step. */
export function streamCsv(
  store: RunStore,
  run: Run,
  of: "epochs" | "steps",
): ReadableStream<Uint8Array> {
  return ReadableStream.from(csv(store, run, of)).pipeThrough(new TextEncoderStream());
}

async function* csv(store: RunStore, run: Run, of: "epochs" | "steps"): AsyncGenerator<string> {
  yield of === "epochs" ? epochsHead() : stepsHead();
  for await (const events of metricEvents(store, run)) {
    yield events.map((event) => {
      if (event.type === "epoch") return of === "epochs" ? epochRow(event) : "";
      return of === "steps" ? stepRows(event) : "";
    }).join("");
  }
}

/** Streams a zip archive with a folder for TensorBoard's --logdir. */
export function streamTensorboard(store: RunStore, run: Run): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const zip = new ZipWriter(writable);
  const name = `${run.id}/${eventFileName(run.createdAt)}`;
  // The same log gives the same bytes.
  const lastModDate = new Date(run.createdAt);
  zip.add(name, ReadableStream.from(eventFile(store, run)), { lastModDate })
    .then(() => zip.close())
    // The client has left, or the log cannot be read: the archive ends where it is.
    .catch((error) => writable.abort(error).catch(() => {}));
  return readable;
}

async function* eventFile(store: RunStore, run: Run): AsyncGenerator<Uint8Array> {
  yield* encodeStart(run.createdAt, settingsOf(run.spec));
  for await (const events of metricEvents(store, run)) {
    for (const event of events) {
      if (event.type === "epoch") yield encodeEpoch(event);
      else yield* encodeSteps(event);
    }
  }
}

function metricEvents(store: RunStore, run: Run) {
  return readWhole(store, run.id, ["epoch", "batches"]);
}
