/**
 * Image files in a folder for each class, sorted as torchvision's ImageFolder sorts them. Folders for training and
 * testing may be above them, and folders that wrap everything.
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
      areNames: true,
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
  const wrapper = findWrapper(files);
  const below = files.filter(({ path }) => path.startsWith(wrapper));
  const isDivided = isDividedAt(below, wrapper);
  const places = new Map<ArchiveFile, Place>();
  // One place for all files of a class: there may be a million.
  const known = new Map<string, Place>();
  const placeOf = (label: string, top = "") => {
    const key = `${top}/${label}`;
    const place = known.get(key) ?? { label, split: splitOfWord(top.toLowerCase()) };
    known.set(key, place);
    return place;
  };
  for (const file of below) {
    const [top = "", second, ...more] = file.path.slice(wrapper.length).split("/", 3);
    if (isDivided && more.length > 0 && second !== undefined) {
      places.set(file, placeOf(second, top));
    } else if (!isDivided && second !== undefined) {
      places.set(file, placeOf(top));
    }
  }
  return { places, strays: files.filter((file) => !places.has(file)) };
}

/** Finds the path of the folders around those of the classes: a single folder with folders in it is no class. */
function findWrapper(files: readonly ArchiveFile[]): string {
  for (let wrapper = "";;) {
    const tops = new Set<string>();
    let hasDeeper = false;
    for (const { path } of files) {
      if (!path.startsWith(wrapper)) continue;
      const [top = "", second, deeper] = path.slice(wrapper.length).split("/", 3);
      if (second !== undefined) tops.add(top);
      hasDeeper ||= deeper !== undefined;
    }
    const [only] = tops;
    if (tops.size !== 1 || only === undefined || !hasDeeper) return wrapper;
    wrapper += `${only}/`;
  }
}

/** Returns true if all folders are those of parts. */
function isDividedAt(files: readonly ArchiveFile[], wrapper: string): boolean {
  let hasDeeper = false;
  for (const { path } of files) {
    const [top = "", second, deeper] = path.slice(wrapper.length).split("/", 3);
    if (second === undefined) continue;
    if (!splitOfWord(top.toLowerCase())) return false;
    hasDeeper ||= deeper !== undefined;
  }
  return hasDeeper;
}
