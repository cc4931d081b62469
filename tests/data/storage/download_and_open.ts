/** A process that makes sure of MNIST in a folder and prints how many samples it reads. */
import { downloadDataset } from "../../../data/storage/download.ts";
import { openDataset } from "../../../data/storage/open.ts";

const [folder = ""] = Deno.args;
await downloadDataset("mnist", folder, () => {});
const train = await openDataset("mnist", "train", folder);
const test = await openDataset("mnist", "test", folder);
console.log(train.count, test.count);
