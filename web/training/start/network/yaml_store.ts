/** The reader of YAML, which comes with the editor of layers: nothing else of the page needs it. */
import type { readYaml } from "../../../../lib/text/yaml.ts";
import { createValueStore } from "../../../parts/value_store.ts";

/** Holds the reader; undefined until it is loaded. */
export const yamlStore = createValueStore<typeof readYaml | undefined>(undefined);

/** Loads the reader. */
export async function loadYaml(): Promise<void> {
  yamlStore.set((await import("../../../../lib/text/yaml.ts")).readYaml);
}
