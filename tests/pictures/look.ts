/** What the tests of pictures see in them. */
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

/** How many pixels of an RGBA picture have each colour: '#rrggbb'. */
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
