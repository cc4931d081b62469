/// <reference lib="dom" />
/** Reads a photo of the visitor's as a data URI that a request can hold. */

/** The largest file that is sent as it is. */
const MAX_BYTES = 600_000;

/** The largest side of larger ones, which are sent smaller. */
const MAX_SIDE = 1024;

/**
 * Reads a photo.
 *
 * @throws {Error} if the browser cannot read it
 */
export async function readPhoto(file: File): Promise<string> {
  return file.size <= MAX_BYTES ? await toDataUri(file) : await shrink(file);
}

function toDataUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error(`Cannot read ${file.name}.`));
    reader.readAsDataURL(file);
  });
}

async function shrink(file: File): Promise<string> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(`Cannot read ${file.name}: it must be an image, or have at most 600 kB.`);
  }
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.9);
}
