/** Child process of the doctor: loads the native engine's library and prints the instructions that it uses here. */
import { loadLibrary } from "../../ml/engines/native/library.ts";
import { kernelsFile } from "../../native/paths.ts";

console.log(loadLibrary(kernelsFile()).levels[0] ?? "");
