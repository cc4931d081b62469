/** The style of a text in this project's pictures: ECharts writes it into an attribute, frame.ts into several. */
import type { FontWeight } from "./fonts.ts";

/** Style of a text. */
export interface TextStyle {
  /** Font size in CSS pixels. */
  readonly size: number;
  readonly weight: FontWeight;
  readonly anchor: "start" | "middle" | "end";
  /** Position of the anchor. */
  readonly x: number;
}

/**
 * Reads the style of a text.
 *
 * @param tag the opening tag of the text
 * @param svg the picture, whose group has the styles that the text leaves out
 */
export function readStyle(tag: string, svg: string): TextStyle {
  const [group = ""] = /<g [^>]*font-family=[^>]*>/.exec(svg) ?? [];
  const read = (name: string) => valueOf(name, tag) ?? valueOf(name, group);
  const anchor = read("text-anchor");
  return {
    size: Number.parseFloat(read("font-size") ?? "16"),
    weight: read("font-weight") === "bold" ? "bold" : "regular",
    anchor: anchor === "middle" || anchor === "end" ? anchor : "start",
    x: Number(valueOf("x", tag) ?? 0),
  };
}

/** Returns the value of an attribute, or of a property in the attribute 'style'. */
function valueOf(name: string, tag: string): string | undefined {
  return new RegExp(`[\\s;"]${name}(?:="|:\\s*)([^";]*)`).exec(tag)?.[1];
}
