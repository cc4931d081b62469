/// <reference lib="dom" />
/** Reads a photo of the visitor's as a data URI that a request can hold. */

/** The largest file that is sent as it is. */
const MAX_BYTES = 600_000;

/** The largest side of larger ones, which are sent smaller. */
const MAX_SIDE = 1024;

/** Formats that browsers and the API read. Images of others are sent as JPEG. */
const SENT_AS_IS = /^image\/(png|jpeg|webp|gif|avif)$/;

/**
 * Reads a photo.
 *
 * @throws {Error} if the browser cannot read it
 */
export async function readPhoto(file: File): Promise<string> {
  const picture = await createImageBitmap(file).catch((cause) => {
    throw new Error(`${file.name} is not an image that this browser can read.`, { cause });
  });
  try {
    const isSentAsIs = file.size <= MAX_BYTES && SENT_AS_IS.test(file.type);
    return isSentAsIs ? await toDataUri(file) : toJpeg(picture);
  } finally {
    picture.close();
  }
}

function toDataUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error(`Cannot read ${file.name}.`));
    reader.readAsDataURL(file);
  });
}

function toJpeg(picture: ImageBitmap): string {
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}
