/// <reference lib="dom" />
/** The build that the page is of, and whether the server has another one by now: it was upgraded. */
import { createValueStore } from "../parts/value_store.ts";

/** Header by which the server names the build that it serves (server/http/page_manifest.ts). */
const BUILD_HEADER = "epochql-build";

/** True once the server serves another build than this page. */
export const outdatedStore = createValueStore(false);

/** Asks the server which build it serves. To be called at each connection: between two it may have been upgraded. */
export async function checkBuild(): Promise<void> {
  const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content;
  const response = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  // The sign-in page is of no build.
  const served = response?.headers.get(BUILD_HEADER);
  if (own && served) outdatedStore.set(own !== served);
}
