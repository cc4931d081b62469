/** A module that starts workers wherever it is loaded. */
import { DataLoader } from "../../../../data/loader/loader.ts";

export const numbers = [1, 2, 3];
export const loader = DataLoader(numbers, { numWorkers: 1, workerModule: import.meta.url });
export const nested = { length: 1, at: async () => (await Array.fromAsync(loader)).length };
