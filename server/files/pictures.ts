/** Requests for pictures: the parameters that all of them have, and the files that they are answered with. */
import { LOSS_SCALES, type LossScale } from "../../pictures/chart_parts.ts";
import { drawPdf, drawPng } from "../../pictures/drawing_thread.ts";
import type { Theme } from "../../pictures/palette.ts";
import { badInput } from "../../schema/base/errors.ts";

/** Format of a picture's file. */
export type PictureFormat = "svg" | "png" | "pdf";

/** Headers of an SVG file that is opened on its own: it may contain styles, and load or run nothing. */
const SVG_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "image/svg+xml",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};

/** Most characters of a picture's title. */
const MAX_TITLE = 200;

const THEMES = ["light", "dark"] as const satisfies readonly Theme[];

/** Returns whether the extension of a file's name is that of a picture. */
export function isPictureFormat(extension: string | undefined): extension is PictureFormat {
  return extension === "svg" || extension === "png" || extension === "pdf";
}

/** Responds with a picture, converted to a format. */
export async function respondPicture(
  svg: string,
  format: PictureFormat,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  switch (format) {
    case "svg":
      return new Response(svg, { headers: { ...SVG_HEADERS, ...headers } });
    case "png":
      return new Response(await drawPng(svg), {
        headers: { "content-type": "image/png", ...headers },
      });
    case "pdf":
      return new Response(await drawPdf(svg), {
        headers: { "content-type": "application/pdf", ...headers },
      });
    default:
      return format satisfies never;
  }
}

/**
 * Reads ?theme=.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT
 */
export function readTheme(search: URLSearchParams, purpose: string): Theme {
  return readOne(search, { name: "theme", purpose, values: THEMES });
}

/** Reads ?scale=, the scale of losses. */
export function readScale(search: URLSearchParams, purpose: string): LossScale {
  return readOne(search, { name: "scale", purpose, values: LOSS_SCALES });
}

/**
 * Reads ?title=, which may be empty for none.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if it is not a line of text
 */
export function readTitle(search: URLSearchParams, purpose: string, byDefault: string): string {
  const title = search.get("title");
  if (title === null) return byDefault;
  // XML has no way to write these.
  if (title.length <= MAX_TITLE && !/[\p{Cc}\uFFFE\uFFFF]/u.test(title)) return title.trim();
  throw badInput(
    `Cannot ${purpose}: title must be a line of at most ${MAX_TITLE} characters, ` +
      `got ${title.length > MAX_TITLE ? title.length : "control characters"}.`,
    ["title"],
  );
}

/**
 * Reads a parameter that has one of some values; the first by default.
 *
 * @throws {GraphQLError} BAD_USER_INPUT
 */
export function readOne<Value extends string>(
  search: URLSearchParams,
  { name, purpose, values }: {
    readonly name: string;
    readonly purpose: string;
    readonly values: readonly [Value, ...Value[]];
  },
): Value {
  const given = search.get(name);
  if (given === null) return values[0];
  const value = values.find((known) => known === given);
  if (value !== undefined) return value;
  throw badInput(
    `Cannot ${purpose}: ${name} must be ${values.join(" or ")}, got '${given.slice(0, 40)}'.`,
    [name],
  );
}
