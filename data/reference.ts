/** The names of datasets in requests and specs: a name, or name@version, which an imported dataset has. */

/** The longest name of a dataset. */
export const MAX_NAME_LENGTH = 64;

/** The rule of names, for messages. */
export const NAME_RULE =
  `1 to ${MAX_NAME_LENGTH} lower-case letters, digits, '-', '_' and '.', starting with a letter or a digit`;

/** Returns true if a text can be the name of an imported dataset. */
export function isDatasetName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]*$/.test(text) && text.length <= MAX_NAME_LENGTH;
}

/** Makes the name of a dataset of that of a file: 'My Photos.zip' becomes 'my-photos'. */
export function datasetNameOf(fileName: string): string {
  const stem = fileName.replace(/(\.tar)?\.[^.]+$/, "").toLowerCase();
  return stem.replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+|-+$/g, "").slice(
    0,
    MAX_NAME_LENGTH,
  ) ||
    "data";
}

/** Names a version of a dataset, as specs do. */
export function datasetReference(name: string, version: string): string {
  return `${name}@${version}`;
}

/** Returns true if a text names a version of an imported dataset. */
export function isVersion(reference: string): boolean {
  const { name, version } = parseReference(reference);
  return isDatasetName(name) && version !== undefined && /^[0-9a-f]{64}$/.test(version);
}

/** Returns true if a text can name an imported dataset: by its name, or with a version. */
export function isReference(text: string): boolean {
  return isDatasetName(text) || isVersion(text);
}

/** Parses a dataset's name, alone or with a version. */
export function parseReference(
  text: string,
): { readonly name: string; readonly version: string | undefined } {
  const at = text.indexOf("@");
  return at === -1
    ? { name: text, version: undefined }
    : { name: text.slice(0, at), version: text.slice(at + 1) };
}
