/// <reference lib="dom" />
/** Returns true if the window has room for either the panel or the editors (page.css has the same number). */
export function isNarrow(): boolean {
  return matchMedia("(max-width: 760px)").matches;
}
