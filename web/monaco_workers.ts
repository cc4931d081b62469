/// <reference lib="dom" />
/**
 * Addresses of the workers of Monaco, the editor inside GraphiQL: local files, bundled by
 * web/build/build_page.ts, which fills in their names. Imported before anything that loads Monaco.
 */

declare const __WORKERS__: Readonly<Record<"editor" | "json" | "graphql", string>>;

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
