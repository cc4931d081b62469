/** A module that only the main thread can import. */
import { isMainThread } from "node:worker_threads";

if (!isMainThread) throw new Error("not in a worker");
export const numbers = [1, 2, 3];
