/** Reads the input of an import: its request, or every problem with its path. */
import { UploadError } from "../../data/uploads/upload_store.ts";
import { ImportSourceError } from "../../imports/error.ts";
import type { ImportRequest } from "../../imports/job.ts";
import { checkImport } from "../../imports/request.ts";
import type { Imports } from "../../imports/service.ts";
import type { ImportSource } from "../../imports/source.ts";
import type { ApiContext } from "../base/context.ts";
import { type ArgumentProblem, badInputs, forbidden } from "../base/errors.ts";
import { findUpload } from "../upload/find_upload.ts";
import type { ImportDatasetInput } from "./import_dataset_input.ts";

type Input = typeof ImportDatasetInput.$inferInput;

/**
 * Reads the input of importDataset.
 *
 * @throws {GraphQLError} BAD_USER_INPUT with all problems, FORBIDDEN for a path without the scope 'admin'
 */
export async function readImportInput(
  input: Input,
  imports: Imports,
  context: Pick<ApiContext, "uploads" | "viewer">,
): Promise<ImportRequest> {
  const { images } = input;
  const source = await readSource(input.source, imports, context);
  const checked = checkImport({
    ...input,
    source: "message" in source ? { path: "", name: "" } : source,
    images: images && {
      width: images.width,
      height: images.height,
      color: images.color ?? "RGB",
      fit: images.fit ?? "COVER",
    },
    csv: input.csv && withoutNulls(input.csv),
    parquet: input.parquet && withoutNulls(input.parquet),
    idx: input.idx && withoutNulls(input.idx),
  }, new Date().toISOString());
  const problems = checked.ok ? [] : checked.problems.map(({ path, message }) => (
    { path: ["input", ...path], message }
  ));
  const [first, ...others] = "message" in source ? [source, ...problems] : problems;
  if (first) throw badInputs([first, ...others]);
  if (!checked.ok) throw new TypeError("An import that is refused must have a problem.");
  return checked.request;
}

/** Finds the file or folder that an input names. */
async function readSource(
  { upload, path }: Input["source"],
  imports: Imports,
  context: Pick<ApiContext, "uploads" | "viewer">,
): Promise<ImportSource | ArgumentProblem> {
  try {
    if (typeof upload === "string") {
      const file = await findUpload(context, upload, "locate");
      return { path: file.path, name: file.fileName, upload };
    }
    const { name, scope } = context.viewer;
    if (scope !== "admin") {
      throw forbidden(
        `Cannot import: the scope must be 'admin' for source.path, got '${scope}' of the token '${name}'.`,
      );
    }
    return await imports.findSource(path ?? "");
  } catch (error) {
    if (error instanceof UploadError) {
      const message = `Cannot import: source.upload must be complete. ${error.message}`;
      return { path: ["input", "source", "upload"], message };
    }
    if (!(error instanceof ImportSourceError)) throw error;
    const message = `Cannot import: source.path must be ${error.message}`;
    return { path: ["input", "source", "path"], message };
  }
}

/** Leaves out the fields that are null. */
function withoutNulls<T extends object>(
  fields: T,
): { readonly [Name in keyof T]: Exclude<T[Name], null> } {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as { [Name in keyof T]: Exclude<T[Name], null> };
}
