/// <reference lib="dom" />
/**
 * Styles and workers of Monaco, the editor of GraphiQL and of layers. They are local files, whose names
 * web/build/build_page.ts fills in. Imported before anything that loads Monaco.
 */

declare const __WORKERS__: Readonly<Record<"editor" | "json" | "graphql", string>>;
declare const __EDITOR_STYLES__: string;

interface MonacoEnvironment {
  getWorker(moduleId: string, label: string): Worker;
}

const environment: MonacoEnvironment = {
  getWorker(_moduleId, label) {
    const file = label === "json" || label === "graphql" ? __WORKERS__[label] : __WORKERS__.editor;
    return new Worker(new URL(`/assets/${file}`, location.href), { type: "module", name: label });
  },
};

Object.assign(globalThis, { MonacoEnvironment: environment });

let styles: Promise<void> | undefined;

/**
 * Loads the styles of GraphiQL and Monaco, once.
 *
 * @throws if the server cannot be reached; the next call tries again
 */
export function loadEditorStyles(): Promise<void> {
  styles ??= new Promise<void>((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `/assets/${__EDITOR_STYLES__}`;
    link.onload = () => resolve();
    link.onerror = () => {
      styles = undefined;
      link.remove();
      reject(new TypeError("Cannot load the editor's styles: the server cannot be reached."));
    };
    // Before the page's own styles, which have the last word.
    document.head.prepend(link);
  });
  return styles;
}
