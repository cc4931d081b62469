/** The npm packages of deno.json by what needs them: every start, TensorFlow, or nothing but development. */

/** The purpose that packages are installed for. `all` are those of development too. */
export type PackageGroup = "start" | "tensorflow" | "all";

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
 * Returns the specifiers of a group's packages, such as `npm:zod@4.6.7`.
 *
 * @param imports those of deno.json
 */
export function packagesOf(
  group: Exclude<PackageGroup, "all">,
  imports: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(imports)
    .filter(([name, specifier]) => specifier.startsWith("npm:") && groupOf(name) === group)
    .map(([, specifier]) => specifier);
}

/** Returns the smallest group that has a package of deno.json. */
export function groupOf(name: string): PackageGroup {
  if (TENSORFLOW.includes(name)) return "tensorflow";
  return DEVELOPMENT.includes(name) || name.startsWith("@types/") ? "all" : "start";
}
