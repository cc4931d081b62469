/**
 * Event files of TensorBoard, a folder for each run. A log always gives the same bytes, so that a second export finds
 * the first one's in the file and goes on behind them, while TensorBoard reads it.
 */
import { basename, join } from "node:path";
import { flattenInput } from "../../../exports/metrics/settings.ts";
import {
  encodeEpoch,
  encodeStart,
  encodeSteps,
  eventFileName,
} from "../../../exports/metrics/tensorboard.ts";
import { joinBytes, writeAll } from "../../../lib/bytes.ts";
import { writeFailureReason } from "../../../lib/disk_failure.ts";
import { UsageError } from "../errors.ts";
import type { ExportedRun } from "../operations.ts";
import { shortId } from "../run_id.ts";
import type { MetricEvent, Target } from "./target.ts";

/** Opens the event file of a run below a folder. */
export async function openEventFile(folder: string, run: ExportedRun): Promise<Target> {
  const runFolder = join(folder, await folderName(folder, run));
  const path = join(runFolder, eventFileName(run.createdAt));
  const explain = (error: unknown) => {
    throw new UsageError(
      `Cannot write ${path}: ${writeFailureReason(error, path, "some of it").rest}`,
    );
  };
  await Deno.mkdir(runFolder, { recursive: true }).catch(explain);
  const file = await Deno.open(path, { read: true, write: true, create: true }).catch(explain);
  const { size } = await file.stat();
  let position = 0;
  let isOther = false;

  /** Writes bytes, unless they are there. */
  async function put(bytes: Uint8Array): Promise<void> {
    const there = await readAt(
      file,
      position,
      Math.min(bytes.length, Math.max(0, size - position)),
    );
    const same = isStartOf(there, bytes);
    if (!same) isOther = true;
    const rest = same ? bytes.subarray(there.length) : bytes;
    await file.seek(position + bytes.length - rest.length, Deno.SeekMode.Start);
    await writeAll(file, rest);
    position += bytes.length;
  }

  await put(joinBytes(encodeStart(run.createdAt, flattenInput(run.input)))).catch(explain);
  return {
    shown: runFolder,
    afterSeq: 0,
    async write(events) {
      await put(joinBytes(events.flatMap(encode))).catch(explain);
    },
    async catchUp() {
      // A file of other content, such as that of fewer epochs, must not go on with its own records.
      if (isOther && size > position) await file.truncate(position).catch(explain);
    },
    close() {
      file.close();
      return Promise.resolve();
    },
  };
}

function encode(event: MetricEvent): readonly Uint8Array[] {
  return event.kind === "epoch" ? [encodeEpoch(event)] : encodeSteps(event);
}

/** Returns the name of a run's folder: that of an earlier export, as runs are renamed, or one with the run's name. */
async function folderName(folder: string, { id, name }: ExportedRun): Promise<string> {
  const suffix = `-${shortId(id)}`;
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory && entry.name.endsWith(suffix)) return entry.name;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw new UsageError(
        `Cannot read ${folder}: ${error instanceof Error ? error.message : error}.`,
      );
    }
  }
  const plain = basename(name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60));
  return `${plain.replace(/^\.+/, "")}${suffix}`;
}

async function readAt(file: Deno.FsFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.seek(position, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function isStartOf(start: Uint8Array, bytes: Uint8Array): boolean {
  return start.every((byte, at) => byte === bytes[at]);
}
