/// <reference lib="dom" />
/** Whether the window has room for one thing only: the panel or the editors (page.css has the same number). */
export function isNarrow(): boolean {
  return matchMedia("(max-width: 760px)").matches;
}
