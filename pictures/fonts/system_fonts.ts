/** Fonts of the machine, for the signs that the bundled ones lack: Chinese, Japanese, Korean, Devanagari, emoji. */
import { Buffer } from "node:buffer";
import { basename, join } from "node:path";
import { create, type Font } from "fontkit";

/** A font of the machine. */
export interface SystemFont {
  /** Name of its family, by which a picture asks for it. */
  readonly family: string;
  /** Name of the face in a file of several; undefined in a file of one. */
  readonly face: string | undefined;
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its signs and their widths. */
  readonly font: Font;
}

/** Files that hold many signs of a kind, best first. Opening all of a machine's fonts would take seconds. */
const FAMILIES = [
  /^(noto|source)[ -]?(sans|han)[ -]?(sans)?[ -]?(cjk|sc|tc|jp|kr|hk|cn|hw)/i,
  /^(wqy|droidsansfallback|pingfang|hiragino sans gb|applesdgothicneo|nanumgothic)/i,
  /^(noto ?sans|lohit|kohinoor|sahadeva|gargi)/i,
  /^(noto ?emoji|symbola|apple symbols)/i,
  /^(arial ?unicode|unifont|freesans)/i,
] as const;

/** Other styles than the regular one, and glyphs of pixels or colours, which are not drawn. */
const OTHER_STYLES =
  /mono|serif|italic|oblique|thin|light|medium|semi|bold|black|condensed|color|[-_]ui/i;

const MAX_BYTES = 64 * 2 ** 20;

/**
 * Finds fonts that have the given signs between them, as far as there are any.
 *
 * @param signs the text of a picture that the bundled fonts lack
 * @param folders folders to look into, with all below them
 */
export async function findFonts(
  signs: string,
  folders: readonly string[],
): Promise<readonly SystemFont[]> {
  const missing = new Set(Array.from(signs, (sign) => sign.codePointAt(0) ?? 0));
  const found: SystemFont[] = [];
  for (const path of await candidates(folders)) {
    if (missing.size === 0) break;
    const opened = await openFont(path, signs);
    const covered = [...missing].filter((codePoint) =>
      opened?.font.hasGlyphForCodePoint(codePoint)
    );
    if (!opened || covered.length === 0) continue;
    found.push(opened);
    for (const codePoint of covered) missing.delete(codePoint);
  }
  return found;
}

/** Returns the files that may hold such signs, best first. */
async function candidates(folders: readonly string[]): Promise<readonly string[]> {
  const paths = (await Promise.all(folders.map(filesBelow))).flat().sort();
  const usable = paths.filter((path) =>
    /\.(ttf|otf|ttc)$/i.test(path) && !OTHER_STYLES.test(basename(path))
  );
  return FAMILIES.flatMap((family) => usable.filter((path) => family.test(basename(path))));
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const paths: (readonly string[])[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      paths.push(isDirectory ? await filesBelow(path) : [path]);
    }
    return paths.flat();
  } catch {
    return []; // It is not there, or not to be read.
  }
}

/** Opens a file; undefined where that is no font with outlines. */
async function openFont(path: string, signs: string): Promise<SystemFont | undefined> {
  try {
    if ((await Deno.stat(path)).size > MAX_BYTES) return undefined;
    const bytes = await Deno.readFile(path);
    const opened = create(Buffer.from(bytes.buffer));
    const isCollection = "fonts" in opened;
    const font = isCollection ? chooseFace(opened.fonts, signs) : opened;
    return font && {
      family: font.familyName,
      face: isCollection ? font.postscriptName : undefined,
      bytes,
      font,
    };
  } catch {
    return undefined; // A damaged file, or a link to where nothing may be read.
  }
}

/** Returns the face of a collection for a language: Chinese, Japanese and Korean write some characters differently. */
function chooseFace(faces: readonly Font[], signs: string): Font | undefined {
  const language = /[\u3040-\u30ff]/.test(signs)
    ? "JP"
    : /[\uac00-\ud7af]/.test(signs)
    ? "KR"
    : "SC";
  return faces.find(({ familyName }) => familyName.endsWith(` ${language}`)) ?? faces[0];
}
