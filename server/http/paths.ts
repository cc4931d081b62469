/** Paths that the server answers at, and the route that each belongs to. */

/** Path of the GraphQL API. */
export const GRAPHQL_PATH = "/graphql";

/** Path that the sign-in form is sent to. */
export const SIGN_IN_PATH = "/sign-in";

/** Path below which the page's assets are. */
export const ASSETS_PATH = "/assets/";

/** Paths of a run's files. */
export const RUN_FILE =
  /^\/runs\/([^/]+)\/((curves|confusion|kernels)\.(svg|png|pdf)|history\.json|log\.ndjson|metrics\.csv|tensorboard\.zip|model\.[\w.]+)$/;

/** Paths of pictures of several runs. */
export const COMPARISON_FILE = /^\/runs\/(compare\.(svg|png|pdf))$/;

/** Path of an upload, by its id. */
export const UPLOAD = /^\/uploads\/([^/]+)$/;

/** Address of the page that shows a run, by an id of it. */
export const RUN_PAGE = /^\/runs\/([\w=-]+)$/;

/** Addresses of the page: what it shows is its own business (web/shell/address.ts). */
const PAGES = /^\/(|new|data(\/[\w.-]+)?|compare|runs\/[\w=-]+)$/;

/** Purpose of a request, as metrics name it. */
export type Route =
  | "page"
  | "asset"
  | "sign-in"
  | "graphql"
  | "health"
  | "metrics"
  | "run"
  | "comparison"
  | "upload"
  | "inference"
  | "none";

/** Paths of the routes as traces name them: variable parts are placeholders. */
const PATTERNS: Readonly<Record<Exclude<Route, "health">, string | undefined>> = {
  page: "/",
  asset: `${ASSETS_PATH}*`,
  "sign-in": SIGN_IN_PATH,
  graphql: GRAPHQL_PATH,
  metrics: "/metrics",
  run: "/runs/:id/:file",
  comparison: "/runs/compare.:format",
  upload: "/uploads/:id",
  inference: "/v2/*",
  none: undefined,
};

/** Returns the route of a path. */
export function routeOf(pathname: string): Route {
  switch (pathname) {
    case GRAPHQL_PATH:
      return "graphql";
    case SIGN_IN_PATH:
      return "sign-in";
    case "/healthz":
    case "/readyz":
      return "health";
    case "/metrics":
      return "metrics";
    default:
      if (pathname.startsWith(ASSETS_PATH)) return "asset";
      if (pathname === "/v2" || pathname.startsWith("/v2/")) return "inference";
      if (UPLOAD.test(pathname)) return "upload";
      if (RUN_FILE.test(pathname)) return "run";
      if (COMPARISON_FILE.test(pathname)) return "comparison";
      return PAGES.test(pathname) ? "page" : "none";
  }
}

/** Returns a route's path as traces name it; undefined where there is no resource. */
export function pathPattern(route: Route, pathname: string | undefined): string | undefined {
  return route === "health" ? pathname : PATTERNS[route];
}
