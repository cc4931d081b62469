/** A program that ends with its persistent workers still there. */
import { DataLoader } from "../../../../data/loader/loader.ts";
import { numbers } from "./digits.ts";

const loader = DataLoader(numbers, {
  batchSize: 10,
  numWorkers: 2,
  persistentWorkers: true,
  workerModule: import.meta.resolve("./digits.ts"),
});
for await (const { data } of loader) console.log(data.length);
