/**
 * Static files of the page, as web/build/build_page.ts writes them: compressed already, with a hash of their content in
 * their names. Only files that the manifest lists are served.
 */
import Negotiator from "negotiator";
import {
  type AssetFile,
  BUILD_HEADER,
  compressedName,
  type PageManifest,
} from "./page_manifest.ts";
import { evaluateConditions } from "./conditional.ts";
import { refuse } from "./errors.ts";
import { refuseOtherMethods } from "./methods.ts";
import { ASSETS_PATH } from "./paths.ts";

/** Content-Security-Policy of the page: no other origins. Monaco and ECharts write inline styles. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Handlers of requests for the built files. */
export interface StaticFiles {
  /** Responds with the page. */
  page(request: Request): Promise<Response>;
  /** Responds with a file below ASSETS_PATH. */
  asset(request: Request): Promise<Response>;
}

/**
 * Creates handlers for a folder with a manifest.
 *
 * @param readManifest called at the first request and for each page, so that a new build is noticed
 */
export function createStaticFiles(
  folder: URL,
  readManifest: (folder: URL) => Promise<PageManifest | undefined>,
): StaticFiles {
  let manifest: PageManifest | undefined;

  return {
    async page(request) {
      manifest = await readManifest(folder);
      if (!manifest) {
        return refuse(
          503,
          "UNAVAILABLE",
          "Cannot show the page: it must be built, run 'deno task page'.",
        );
      }
      const file = manifest.files[manifest.page];
      const response = await serve(request, folder, manifest.page, file, "no-cache");
      response.headers.set(BUILD_HEADER, manifest.build);
      return response;
    },
    async asset(request) {
      manifest ??= await readManifest(folder);
      const name = new URL(request.url).pathname.slice(ASSETS_PATH.length);
      const file = Object.hasOwn(manifest?.files ?? {}, name) ? manifest?.files[name] : undefined;
      return await serve(request, folder, name, file, "public, max-age=31536000, immutable");
    },
  };
}

async function serve(
  request: Request,
  folder: URL,
  name: string,
  file: AssetFile | undefined,
  caching: string,
): Promise<Response> {
  const refused = refuseOtherMethods(request);
  if (refused) return refused;
  if (!file) return refuse(404, "NOT_FOUND", `Cannot find ${new URL(request.url).pathname}.`);

  const encoding = chooseEncoding(request, file);
  const headers = {
    "content-type": file.type,
    "cache-control": caching,
    "content-security-policy": PAGE_POLICY,
    etag: encoding ? file.etag.replace(/"$/, `-${encoding}"`) : file.etag,
    ...(file.encodings.length > 0 ? { vary: "accept-encoding" } : {}),
  };
  const answered = evaluateConditions(request, headers);
  if (answered) return answered;

  const path = new URL(encoding ? compressedName(name, encoding) : name, folder);
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // The page was rebuilt after its manifest was read.
    return refuse(404, "NOT_FOUND", `Cannot find ${new URL(request.url).pathname}.`);
  }
  return new Response(request.method === "HEAD" ? null : body, {
    headers: {
      ...headers,
      "content-length": String(body.length),
      ...(encoding ? { "content-encoding": encoding } : {}),
    },
  });
}

/** Returns the file's best encoding that the client accepts; undefined for the uncompressed file. */
function chooseEncoding(request: Request, file: AssetFile): "br" | "gzip" | undefined {
  const header = request.headers.get("accept-encoding") ?? "";
  const accepted = new Negotiator({ headers: { "accept-encoding": header } })
    .encodings([...file.encodings]);
  return file.encodings.find((encoding) => accepted.includes(encoding));
}
