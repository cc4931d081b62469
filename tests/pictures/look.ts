/** Reads pictures for tests. */
import type { DecodedPng } from "fast-png";

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
};

/** The words in an SVG. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
    text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)
  );
}

/** Counts the pixels of each colour, '#rrggbb', in an RGBA picture. */
export function colorsOf({ data, width, height }: DecodedPng): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < 4 * width * height; at += 4) {
    const color = `#${
      [data[at], data[at + 1], data[at + 2]].map((value) =>
        (value ?? 0).toString(16).padStart(2, "0")
      ).join("")
    }`;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return counts;
}

/** A square that is part of a path. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

/** The squares in an SVG that are drawn as parts of paths of one colour, wherever their group is. */
export function squaresOf(svg: string): Square[] {
  return [...svg.matchAll(/<path fill="(#\w{6})" d="([^"]*)"/g)].flatMap(([, color = "", d = ""]) =>
    [...d.matchAll(/M(\d+) (\d+)h(\d+)v\3h-\3z/g)].map(([, x, y]) => ({
      x: Number(x),
      y: Number(y),
      color,
    }))
  );
}

/** A word in an SVG and its place. */
export interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** The words in an SVG with their places, but for those that are turned. */
export function placedTextsOf(svg: string): PlacedText[] {
  return [...svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([^<]*)<\/text>/g)]
    .filter(([, , , attributes = ""]) => !attributes.includes("rotate"))
    .map(([, x, y, , text = ""]) => ({ x: Number(x), y: Number(y), text }));
}
