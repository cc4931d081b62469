/**
 * Image files in a folder for each class, sorted as torchvision's ImageFolder sorts them. Folders for training and testing
 * may be above them, and folders that wrap everything.
 */
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import type { Split } from "../dataset.ts";
import { ImportError } from "../imported/error.ts";
import type { Format, SourceRecord } from "./format.ts";
import { splitOfWord } from "./split_name.ts";

/** The largest size of an image file. */
const MAX_FILE_BYTES = 100e6;

/** The class and the part of a file. */
interface Place {
  readonly label: string;
  readonly split: Split | undefined;
}

export const imageFolder: Format = {
  title: "images in a folder for each class",
  detect: (archive) => Promise.resolve(archive.files.some(({ path }) => path.includes("/"))),
  open(archive, _options, source) {
    const { places, strays } = placeFiles(archive.files);
    if (places.size === 0) {
      throw new ImportError(
        `Cannot import ${source}: it must hold a folder of images for each class, got ` +
          `${archive.files.length === 0 ? "no files" : "no folders"}.`,
      );
    }
    return Promise.resolve({
      content: { kind: "files" },
      total: places.size + strays.length,
      isSorted: true,
      records: (skip) => readImages(archive, places, strays, skip),
    });
  },
};

async function* readImages(
  archive: Archive,
  places: ReadonlyMap<ArchiveFile, Place>,
  strays: readonly ArchiveFile[],
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  for (const { path } of strays.slice(skip)) {
    yield { file: path, problem: "Cannot use it: it must lie in the folder of its class." };
  }
  const wanted = new Set([...places.keys()].slice(Math.max(0, skip - strays.length)));
  for await (const opened of archive.read(wanted)) {
    const { path } = opened.file;
    const place = places.get(opened.file);
    if (!place) continue;
    try {
      const value = { kind: "file", bytes: await opened.bytes(MAX_FILE_BYTES) } as const;
      yield { file: path, ...place, value };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      yield { file: path, problem: `Cannot use it: it ${error.message}` };
    }
  }
}

/** Finds the class of each file. Strays are not in the folder of a class. */
function placeFiles(files: readonly ArchiveFile[]): {
  readonly places: ReadonlyMap<ArchiveFile, Place>;
  readonly strays: readonly ArchiveFile[];
} {
  let nested = files.map((file) => ({ file, folders: file.path.split("/").slice(0, -1) }))
    .filter(({ folders }) => folders.length > 0);
  const tops = () => [...new Set(nested.map(({ folders: [top = ""] }) => top))];
  const hasDeeper = () => nested.some(({ folders }) => folders.length > 1);
  const enter = () => {
    nested = nested.map(({ file, folders }) => ({ file, folders: folders.slice(1) }))
      .filter(({ folders }) => folders.length > 0);
  };
  // A single folder around the folders of the classes is no class.
  while (tops().length === 1 && hasDeeper()) enter();
  const places = new Map<ArchiveFile, Place>();
  const isDivided = tops().every((name) => splitOfWord(name.toLowerCase())) && hasDeeper();
  for (const { file, folders: [top = "", second] } of nested) {
    if (!isDivided) places.set(file, { label: top, split: undefined });
    else if (second !== undefined) {
      places.set(file, { label: second, split: splitOfWord(top.toLowerCase()) });
    }
  }
  return { places, strays: files.filter((file) => !places.has(file)) };
}
