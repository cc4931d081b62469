/** Checks what is asked of an import, with every problem at once. */
import type { CsvOptions, IdxOptions, ParquetOptions } from "../data/formats/format.ts";
import type { Preprocessing } from "../data/images/preprocessing.ts";
import { isDatasetName, NAME_RULE } from "../data/reference.ts";
import { MAX_SEED } from "../data/random.ts";
import { DEFAULT_TEST_SHARE, type ImportRequest, REQUESTED_FORMATS } from "./job.ts";
import type { ImportSource } from "./source.ts";

/** The largest width and height of imported images. */
export const MAX_SIDE = 1024;

/** An import as it is asked for. */
export interface WantedImport {
  readonly name: string;
  readonly source: ImportSource;
  readonly format?: string | null | undefined;
  readonly images?: Preprocessing | null | undefined;
  readonly csv?: CsvOptions | null | undefined;
  readonly parquet?: ParquetOptions | null | undefined;
  readonly idx?: IdxOptions | null | undefined;
  readonly testShare?: number | null | undefined;
  readonly seed?: number | null | undefined;
}

/** A problem of an import. */
export interface RequestProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** The result of checking an import. */
export type CheckedImport =
  | { readonly ok: true; readonly request: ImportRequest }
  | { readonly ok: false; readonly problems: readonly [RequestProblem, ...RequestProblem[]] };

/**
 * Checks an import and completes it.
 *
 * @param createdAt the time of the request, RFC 3339
 */
export function checkImport(wanted: WantedImport, createdAt: string): CheckedImport {
  const { name, source, images, csv, parquet, idx } = wanted;
  const wantedFormat = wanted.format ?? "AUTO";
  const format = REQUESTED_FORMATS.find((known) => known === wantedFormat);
  const testShare = wanted.testShare ?? DEFAULT_TEST_SHARE;
  const seed = wanted.seed ?? 0;
  const problems: RequestProblem[] = [];
  const check = (isRight: boolean, path: readonly string[], value: unknown, rule: string) => {
    const field = path.join(".");
    const got = typeof value === "string" ? `'${value.slice(0, 80)}'` : JSON.stringify(value);
    if (!isRight) {
      problems.push({ path, message: `Cannot import: ${field} must be ${rule}, got ${got}.` });
    }
  };
  check(isDatasetName(name), ["name"], name, NAME_RULE);
  check(format !== undefined, ["format"], wantedFormat, REQUESTED_FORMATS.join(" or "));
  if (images) {
    for (const side of ["width", "height"] as const) {
      const size = images[side];
      const isSize = Number.isInteger(size) && size >= 1 && size <= MAX_SIDE;
      check(isSize, ["images", side], size, `between 1 and ${MAX_SIDE}`);
    }
  }
  check(testShare > 0 && testShare < 1, ["testShare"], testShare, "above 0 and below 1");
  check(
    Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED,
    ["seed"],
    seed,
    `between 0 and ${MAX_SEED}`,
  );
  const [first, ...others] = problems;
  if (first) return { ok: false, problems: [first, ...others] };
  return {
    ok: true,
    request: {
      name,
      source: { ...source },
      format: format ?? "AUTO",
      ...(images ? { images: { ...images } } : {}),
      ...(csv ? { csv: copyCsv(csv) } : {}),
      ...(parquet ? { parquet: { ...parquet } } : {}),
      ...(idx ? { idx: { ...idx } } : {}),
      testShare,
      seed,
      createdAt,
    },
  };
}

function copyCsv({ label, features, imageShape }: CsvOptions): ImportRequest["csv"] {
  return {
    label,
    features: features && [...features],
    imageShape: imageShape && [...imageShape],
  };
}
