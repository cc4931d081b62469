/** Parts of the page with an editor, which are loaded with its styles when they are first shown. */
import type { ComponentType, LazyExoticComponent } from "react";
import { lazyPart } from "../parts/lazy_part.ts";
import { loadEditorStyles } from "./monaco.ts";

/**
 * Makes a component that is loaded when it is first shown.
 *
 * @param load the import() of its file
 */
export function lazyEditor<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazyPart(async () => {
    const [component] = await Promise.all([load(), loadEditorStyles()]);
    return component;
  });
}
