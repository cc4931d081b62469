/**
 * Generates requests that upload, import, cancel and delete in any order: small files, a few names, and what goes
 * wrong.
 */
import fc from "fast-check";
import { GRAPHQL_PATH } from "../../server/http/paths.ts";
import { type Draft, type HttpRequest, JSON_TYPE } from "./request.ts";

/** Names of datasets: few, so that requests meet. */
const NAMES = ["a", "b", "c", "mnist", "A B"];

const encode = (text: string) => new TextEncoder().encode(text);

/** Returns a table of rows with three features. */
function table(rows: number, labels: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: rows }, (_, at) => {
    return `${at % 7},${at % 5},${at % 3},${labels[at % labels.length]}`;
  });
  return encode(["x,y,z,label", ...lines, ""].join("\n"));
}

/** Files by their names. Their sizes differ, so that few fit into an upload that was announced for another one. */
const FILES: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map([
  ["good.csv", table(30, ["red", "green", "blue"])],
  ["numbers.csv", table(41, [0, 2])],
  ["one-class.csv", table(20, ["red"])],
  ["ragged.csv", encode("x,y,label\n1,2,a\n1,b\n1,2,3,b\n")],
  ["gaps.csv", encode("x,y,label\n1,,a\n,2,b\n")],
  ["head.csv", encode("x,y,label\n")],
  // The end of an archive without files, and the beginning of one.
  ["empty.zip", new Uint8Array([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)])],
  ["cut.zip", new Uint8Array([0x50, 0x4b, 3, 4, ...new Array(40).fill(7)])],
  ["noise.bin", Uint8Array.from({ length: 77 }, (_, at) => at * 89)],
]);
const FILE_NAMES = [...FILES.keys()];

const bytesOf = (name: string) => FILES.get(name) ?? new Uint8Array();

const DATASET = "{ dataset { name state problem imported total problems { file message } } }";
const CREATE = `mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id url bytes received expiresAt } }
}`;
const IMPORT = `mutation ($input: ImportDatasetInput!) { importDataset(input: $input) ${DATASET} }`;
const CANCEL = `mutation ($name: String!) { cancelImport(name: $name) ${DATASET} }`;
const DELETE = "mutation ($name: String!) { deleteDataset(name: $name) { deletedName } }";
const LIST = `{
  datasets {
    name version state imported total problem problemCount classes imageShape mean std bytes
    trainSize testSize runCount
  }
}`;

function operation(query: string, variables: Readonly<Record<string, unknown>>): HttpRequest {
  return {
    kind: "import",
    transport: "http",
    method: "POST",
    path: GRAPHQL_PATH,
    search: "",
    headers: { "content-type": JSON_TYPE, accept: JSON_TYPE },
    body: JSON.stringify({ query, variables }),
    asked: { query, variables },
  };
}

const name = fc.constantFrom(...NAMES);
const file = fc.constantFrom(...FILE_NAMES);

const created: fc.Arbitrary<Draft> = fc.record({
  file,
  size: fc.constantFrom("right", "right", "right", "right", "wrong"),
  bytes: fc.constantFrom(0, 1, -1, 1.5, 1e15),
  direct: fc.constantFrom(...[undefined, undefined, undefined, false, true]),
}).map(({ file, size, bytes, direct }) => () =>
  operation(CREATE, {
    input: {
      fileName: file,
      bytes: size === "right" ? bytesOf(file).length : bytes,
      ...direct === undefined ? {} : { direct },
    },
  })
);

/** Bytes for an upload, mostly all of those that were announced for it. */
const sent: fc.Arbitrary<Draft> = fc.record({
  nth: fc.nat({ max: 5 }),
  file,
  method: fc.constantFrom(...["PUT", "PUT", "PUT", "PATCH", "HEAD", "DELETE", "POST"] as const),
  offset: fc.constantFrom("0", "0", "5", "x", "99999999"),
  isFitting: fc.boolean(),
}).map(({ nth, file, method, offset, isFitting }) => (pool) => {
  const path = pool.find(["Upload.url"], nth);
  const bytes = pool.find(["Upload.bytes"], nth);
  const fitting = FILE_NAMES.find((name) => bytesOf(name).length === bytes);
  const hasBody = method !== "HEAD" && method !== "DELETE";
  return {
    kind: "import",
    transport: "http",
    method,
    path: typeof path === "string" && path.startsWith("/") ? path : "/uploads/x",
    search: "",
    headers: method === "PATCH"
      ? { "content-type": "application/offset+octet-stream", "upload-offset": offset }
      : {},
    body: hasBody ? bytesOf(isFitting && fitting !== undefined ? fitting : file) : null,
  };
});

const imported: fc.Arbitrary<Draft> = fc.record({
  nth: fc.nat({ max: 5 }),
  name,
  options: fc.record({
    format: fc.constantFrom("AUTO", "AUTO", "CSV", "IMAGE_FOLDER", "NPZ", "PARQUET"),
    testShare: fc.constantFrom(0.2, 0.5, 0, 1, -1),
    seed: fc.constantFrom(0, 7, -1),
    csv: fc.constantFrom({ label: "label" }, { label: "nope" }, { features: ["x", "z"] }),
  }, { requiredKeys: [] }),
}).map(({ nth, name, options }) => (pool) =>
  operation(IMPORT, {
    input: { name, source: { upload: pool.find(["Upload.id"], nth) ?? "x" }, ...options },
  })
);

/** Generates steps of uploads and imports. What they meet is what those before have left. */
export const importSteps: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 4, arbitrary: created },
  { weight: 6, arbitrary: sent },
  { weight: 4, arbitrary: imported },
  { weight: 1, arbitrary: name.map((name) => () => operation(CANCEL, { name })) },
  { weight: 2, arbitrary: name.map((name) => () => operation(DELETE, { name })) },
  { weight: 1, arbitrary: fc.constant(() => operation(LIST, {})) },
);
