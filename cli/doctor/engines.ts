/** The doctor's checks of the engines: which are there, and which one trains on the CPU. */
import os from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../lib/error_message.ts";
import { DEFAULT_CPU_ENGINE } from "../../ml/spec/engine_choice.ts";
import type { EngineName } from "../../ml/spec/spec.ts";
import { findCompiler } from "../../native/addon.ts";
import { lastLines, type Outcome, run } from "../../native/command.ts";
import { showBytes } from "../../native/errors.ts";
import { addonFile, cacheFolder, kernelsFile } from "../../native/paths.ts";
import { tensorflowPermissions } from "../../native/permissions.ts";
import { findNvidiaDriver } from "../../native/platform.ts";
import { cudaDownload, findNative } from "../../native/setup.ts";
import { verifyTensorFlow } from "../../native/verify.ts";
import type { Finding } from "./finding.ts";

const SET_UP = "Run 'deno task setup'.";

/** Checks both engines and the devices. @param engine the setting that stands for AUTO */
export async function checkEngines(engine: EngineName = "AUTO"): Promise<readonly Finding[]> {
  const preferred = engine === "AUTO" ? DEFAULT_CPU_ENGINE : engine;
  const native = await checkNativeEngine();
  const hasNative = native.state === "good";
  const isNeeded = !hasNative || preferred === "TENSORFLOW";
  const { findings, gpu } = await checkTensorFlow(isNeeded);
  const tensorflow = findings[0]?.state === "good";
  const trains = preferred === "NATIVE" && hasNative || preferred === "TENSORFLOW" && !tensorflow
    ? hasNative ? "the native engine" : "no engine"
    : tensorflow
    ? "TensorFlow"
    : "no engine";
  const reason = preferred === "NATIVE" && !hasNative && tensorflow
    ? ", as the native engine is not available"
    : "";
  return [native, ...findings, cpu(`trained on by ${trains}${reason}`), gpu];
}

/** Checks the native engine in a child process that loads it. */
async function checkNativeEngine(): Promise<Finding> {
  const label = "Native engine";
  const program = fileURLToPath(new URL("probe_native_engine.ts", import.meta.url));
  try {
    await Deno.stat(kernelsFile()).catch(async () => {
      await findCompiler(Deno.env, "the native engine");
      throw new Error(`not set up. ${SET_UP}`);
    });
    const outcome = await run(
      [Deno.execPath(), "run", "--quiet", "--no-prompt", "--cached-only"],
      [...tensorflowPermissions(), program],
      { env: { NO_COLOR: "1" } },
    );
    const level = outcome?.stdout.trim() ?? "";
    if (outcome?.code !== 0 || level === "") {
      throw new Error(`it does not load: ${whyNot(outcome)}`);
    }
    return { label, state: "good", text: `loads, with instructions '${level}'` };
  } catch (error) {
    return { label, state: "warning", text: errorMessage(error), advice: "TensorFlow trains." };
  }
}

/** Says why the process that loads a library did not: in its own words, or as it ended without any. */
export function whyNot(outcome: Outcome | undefined): string {
  if (!outcome) return "no Deno";
  const said = lastLines(outcome);
  return said === "" ? `its process must end with code 0, got ${outcome.code}. ${SET_UP}` : said;
}

/** Checks TensorFlow, its addon and its devices in a child process that loads it. */
async function checkTensorFlow(
  isNeeded: boolean,
): Promise<{ readonly findings: readonly Finding[]; readonly gpu: Finding }> {
  const label = "TensorFlow";
  let build: "cpu" | "cuda" | undefined;
  try {
    const setUp = await findNative();
    build = setUp?.build;
    if (!setUp) {
      const finding: Finding = isNeeded
        ? { label, state: "bad", text: "not set up, or no longer as it was set up", advice: SET_UP }
        : {
          label,
          state: "absent",
          text: "not set up: a run that asks for it fetches it, or 'deno task setup --tensorflow'",
        };
      return { findings: [finding], gpu: await gpuFinding(build, false) };
    }
    const { version, gpu } = await verifyTensorFlow();
    const libraries = setUp.files.filter(({ path }) => !path.endsWith(".node"));
    const bytes = libraries.reduce((sum, file) => sum + file.bytes, 0);
    return {
      findings: [
        {
          label,
          state: "good",
          text: `${version}, ${build === "cuda" ? "CUDA" : "CPU"} build, ` +
            `${showBytes(bytes)} in ${cacheFolder()}`,
        },
        { label: "Addon", state: "good", text: `loads and computes: ${nearby(addonFile())}` },
      ],
      gpu: await gpuFinding(build, gpu),
    };
  } catch (error) {
    const state = isNeeded ? "bad" : "warning";
    return {
      findings: [{ label, state, text: errorMessage(error) }],
      gpu: await gpuFinding(build, false),
    };
  }
}

function cpu(use: string): Finding {
  const threads = navigator.hardwareConcurrency;
  const model = os.cpus()[0]?.model.trim() || "unknown processor";
  const text = `${model}, ${threads} ${threads === 1 ? "thread" : "threads"}; ${use}`;
  return { label: "CPU", state: "good", text };
}

async function gpuFinding(build: "cpu" | "cuda" | undefined, works: boolean): Promise<Finding> {
  const label = "GPU";
  const driver = await findNvidiaDriver();
  const name = await gpuName() ?? `NVIDIA GPU, driver ${driver?.version ?? "of unknown version"}`;
  if (works) return { label, state: "good", text: name };
  if (!driver) {
    const text = build === "cuda"
      ? "no NVIDIA driver: the CUDA build computes on the CPU"
      : "no NVIDIA driver";
    return { label, state: "absent", text };
  }
  if (build === "cuda") {
    const advice =
      "It needs a driver of 525 or later that 'nvidia-smi' works with; in a container, run it with " +
      "'--gpus all'. TF_CPP_MIN_LOG_LEVEL=0 deno task doctor tells what TensorFlow says.";
    return { label, state: "warning", text: `${name}: TensorFlow cannot use it`, advice };
  }
  const advice = `'deno task setup --gpu' fetches the CUDA build (${cudaDownload()}).`;
  return { label, state: "warning", text: `${name}: not used by the CPU build`, advice };
}

/** Reads the GPU's name and driver from nvidia-smi. */
async function gpuName(): Promise<string | undefined> {
  const fields = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"];
  const outcome = await run(["nvidia-smi"], fields);
  const [name, memory, driver] = outcome?.stdout.split("\n")[0]?.split(", ") ?? [];
  return driver === undefined ? undefined : `${name}, ${memory}, driver ${driver.trim()}`;
}

/** Shortens a path as one would type it here; packages to the names that Deno links them under. */
function nearby(path: string): string {
  const shown = relative(Deno.cwd(), path).replace(/node_modules\/\.deno\/[^/]+\//, "");
  return shown.startsWith("..") ? path : shown;
}
