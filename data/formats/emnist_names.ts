/** The characters of EMNIST's classes, which its files give as numbers. */

const DIGITS = "0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();

/** In merged sets, letters that look alike in both cases are upper case. */
const MERGED = `${DIGITS}${UPPER}abdefghnqrt`;

/** The characters by label; those of 'letters' begin at 1. */
const SETS: readonly (readonly [set: string, characters: string])[] = [
  ["byclass", `${DIGITS}${UPPER}${LOWER}`],
  ["bymerge", MERGED],
  ["balanced", MERGED],
  ["letters", ` ${UPPER}`],
];

/** Returns the function that names labels of a set, which its path tells: 'emnist-letters-train-images-idx3-ubyte'. */
export function emnistNames(path: string): (label: number) => string | undefined {
  const [, characters = DIGITS] = SETS.find(([set]) => path.toLowerCase().includes(set)) ?? [];
  return (label) => characters[label]?.trim() || undefined;
}
