/// <reference lib="dom" />
/** The import form as the input of the importDataset mutation. */
import type { ImportInput } from "./operations.ts";

/** The input without its source. */
export type ImportSettings = Omit<ImportInput, "source">;

/** Returns whether a file holds rows of a table rather than images. */
export function isTable(fileName: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(fileName);
}

/** Returns whether a file holds other files, which may be those of several datasets. */
export function isArchive(fileName: string): boolean {
  return /\.(zip|tar|tgz|tar\.gz)$/i.test(fileName);
}

/** Reads the form. The API checks the values. */
export function readImportForm(form: FormData): ImportSettings {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const label = text("label");
  const set = text("set");
  const width = text("width");
  const height = text("height");
  return {
    name: text("name"),
    testShare: Number(text("testShare")) / 100,
    ...(width === "" && height === "" ? {} : {
      images: {
        width: Number(width || height),
        height: Number(height || width),
        color: text("color") === "GREY" ? "GREY" : "RGB",
        fit: text("fit") === "CONTAIN"
          ? "CONTAIN"
          : text("fit") === "STRETCH"
          ? "STRETCH"
          : "COVER",
      },
    }),
    ...(label === "" ? {} : { csv: { label } }),
    ...(set === "" ? {} : { idx: { set } }),
  };
}
