/** Widths of texts before they are drawn. */

/** Signs that are about as wide as high. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60]/u;

/** Width of those in ordinary letters. */
const WIDE_LETTERS = 1.6;

/** Returns the width of a text in ordinary letters: characters of East Asia and emoji are wider. */
export function letterCount(text: string): number {
  let letters = 0;
  for (const sign of text) letters += WIDE.test(sign) ? WIDE_LETTERS : 1;
  return letters;
}
