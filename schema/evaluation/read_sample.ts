/** Reads the sample that a client sends for a prediction, as the run's network reads it. */
import type { GraphQLError } from "graphql";
import { isVersion } from "../../data/reference.ts";
import { ImageError } from "../../imports/error.ts";
import type { Imports } from "../../imports/service.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { readGreyPng } from "../../pictures/read_grey_png.ts";
import type { Run } from "../../runs/log/run.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput } from "../base/errors.ts";

const PNG_URI = "data:image/png;base64,";

/** The longest data URI for a built-in dataset. A picture of 28 x 28 has a few thousand bytes with all colours. */
const MAX_PNG_URI = 32_768;

/** The longest data URI of a photo: it is less than a request. */
const MAX_URI = 900_000;

/** A sample: an image in one of two forms, or the features of a vector. */
export interface GivenSample {
  readonly pixels: readonly number[] | undefined;
  /** A data URI. */
  readonly image: string | undefined;
  readonly features: readonly number[] | undefined;
}

/**
 * Returns the values of a sample: pixels [height, width, channels], or features.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if it cannot be used, or is not of the run's kind
 */
export async function readSample(
  purpose: string,
  run: Run,
  { pixels, image, features }: GivenSample,
  { imports }: Pick<ApiContext, "imports">,
): Promise<Uint8Array | Float32Array> {
  const { network: { inputShape }, dataset } = run.spec;
  const [height, width, channels = 1] = inputShape;
  if (width === undefined) {
    if (features?.length === height) return Float32Array.from(features);
    throw badInput(
      `Cannot ${purpose}: features must be ${height} numbers, got ${features?.length ?? "none"}.`,
      ["features"],
    );
  }
  if (features) {
    throw badInput(
      `Cannot ${purpose}: features must not be given for a run on images: give pixels or image.`,
      ["features"],
    );
  }
  const fail = (rest: string) => badInput(`Cannot ${purpose}: image ${rest}`, ["image"]);
  if (pixels && image === undefined) {
    const sample = readPixels(purpose, pixels, elementCount(inputShape), channels);
    if (!isVersion(dataset)) mustShowSomething(purpose, "pixels", sample);
    return sample;
  }
  if (image !== undefined && !pixels) {
    if (imports && isVersion(dataset)) {
      return await readPhoto(image, dataset, [height, width, channels], imports, fail);
    }
    const sample = readPng(image, height, width, fail);
    mustShowSomething(purpose, "image", sample);
    return sample;
  }
  throw badInput(
    `Cannot ${purpose}: either pixels or image must be given, got ${pixels ? "both" : "none"}.`,
    [pixels ? "image" : "pixels"],
  );
}

/** Makes the error of an image; `rest` completes 'Cannot predict: image …'. */
type Fail = (rest: string) => GraphQLError;

function readPixels(
  purpose: string,
  pixels: readonly number[],
  count: number,
  channels: number,
): Uint8Array {
  if (pixels.length !== count) {
    throw badInput(
      `Cannot ${purpose}: pixels must be ${count} ${
        channels === 1 ? "grey" : "RGB"
      } values, got ${pixels.length}.`,
      ["pixels"],
    );
  }
  const wrong = pixels.findIndex((pixel) => pixel < 0 || pixel > 255);
  if (wrong === -1) return Uint8Array.from(pixels);
  throw badInput(
    `Cannot ${purpose}: pixels must be between 0 and 255, got ${pixels[wrong]}.`,
    ["pixels", wrong],
  );
}

/** Refuses a picture without a stroke, as black lines on a transparent canvas are: a network would name a class. */
function mustShowSomething(purpose: string, field: "pixels" | "image", sample: Uint8Array): void {
  if (sample.some((pixel) => pixel > 0)) return;
  throw badInput(
    `Cannot ${purpose}: ${field} must show something, got only black, as transparent pixels are, too. ` +
      "Draw in white on black.",
    [field],
  );
}

/** The share of light pixels from which a picture of light strokes on black seems inverted. */
const MOST = 0.5;

/**
 * Returns what may be wrong with the sample of a prediction, and the remedy; null if nothing seems to be.
 *
 * @param sample as readSample() returns it
 */
export function warnOfSample(
  { spec: { dataset } }: Pick<Run, "spec">,
  sample: Uint8Array | Float32Array,
): string | null {
  if (isVersion(dataset) || sample instanceof Float32Array) return null;
  const light = sample.reduce((count, pixel) => count + (pixel > 127 ? 1 : 0), 0) / sample.length;
  return light > MOST
    ? `${
      Math.round(100 * light)
    }% of the pixels are light, but the samples of '${dataset}' are light on black. ` +
      "Invert the picture."
    : null;
}

/** Decodes a file in another process, and brings it to the form of the dataset's samples. */
async function readPhoto(
  uri: string,
  dataset: string,
  shape: readonly [height: number, width: number, channels: number],
  imports: Imports,
  fail: Fail,
): Promise<Uint8Array> {
  const [, base64] = /^data:image\/[\w.+-]+;base64,(.*)$/s.exec(uri) ?? [];
  mustBeShort(uri, MAX_URI, fail);
  if (base64 === undefined) {
    throw fail(`must begin with 'data:image/…;base64,', got ${kindOf(uri)}.`);
  }
  try {
    return await imports.preprocess(dataset, shape, fromBase64(base64, fail));
  } catch (error) {
    throw error instanceof ImageError ? fail(error.message) : error;
  }
}

function readPng(uri: string, height: number, width: number, fail: Fail): Uint8Array {
  mustBeShort(uri, MAX_PNG_URI, fail);
  if (!uri.startsWith(PNG_URI)) throw fail(`must begin with '${PNG_URI}', got ${kindOf(uri)}.`);
  try {
    return readGreyPng(fromBase64(uri.slice(PNG_URI.length), fail), height, width);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fail(`${error.message.replace(/^it /, "")}.`);
  }
}

function mustBeShort(uri: string, limit: number, fail: Fail): void {
  if (uri.length > limit) {
    throw fail(`must have at most ${limit} characters, got ${uri.length}.`);
  }
}

/** Returns the media type of a data URI, but nothing of its content. */
function kindOf(uri: string): string {
  const [, type] = /^data:([\w.+-]{1,64}\/[\w.+-]{1,80})/.exec(uri) ?? [];
  return type ?? "something else";
}

function fromBase64(text: string, fail: Fail): Uint8Array {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    throw fail("must be in base64 behind the comma, got something else.");
  }
}
