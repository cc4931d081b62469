/** The engine of each device. This machine may or may not have a GPU. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import type { Engine } from "../../../ml/engines/engine.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { mnist } from "../support/datasets.ts";
import { DeviceUnavailableError, listDevices, selectEngine } from "../../../ml/engines/registry.ts";

const threads = 2;

/** Prepares a training, and returns the name of its engine. */
async function nameOf({ prepare }: Engine): Promise<string> {
  const set = await mnist("test", 64);
  const session = await prepare({ ...RECIPES.BASIC_CNN, seed: 1, train: set, test: set });
  const { engine } = session;
  session.dispose();
  return engine;
}

describe("listDevices()", () => {
  it("lists every kind, with a reason for what is not there", async () => {
    const devices = await listDevices({ threads });
    assertEquals(devices.map(({ kind }) => kind), ["CUDA", "CPU", "WEBGPU"]);
    for (const { available, reason } of devices) assertEquals(available, reason === undefined);
    assertMatch(devices[1]?.name ?? "", /2 threads$/);
    assertMatch(devices[2]?.reason ?? "", /not part of this version/);
  });
});

describe("selectEngine()", () => {
  it("opens the CPU", async () => {
    assertEquals((await selectEngine("CPU", { threads })).device.kind, "CPU");
  });

  it("takes CUDA for AUTO where it is, else the CPU, and refuses CUDA where it is not", async () => {
    const [cuda] = await listDevices({ threads });
    const auto = await selectEngine("AUTO", { threads });
    if (cuda?.available) {
      assertEquals(auto.device.kind, "CUDA");
      assertEquals((await selectEngine("CUDA", { threads })).device.kind, "CUDA");
    } else {
      assertEquals(auto.device.kind, "CPU");
      const error = await assertRejects(() => selectEngine("CUDA", { threads }));
      const message = error instanceof DeviceUnavailableError ? error.message : "";
      assertMatch(message, /^Cannot train on CUDA: .*deno task setup --gpu/);
    }
  });

  it("opens the native engine where it is asked for, on the CPU only", async () => {
    const native = await selectEngine("AUTO", { threads, engine: "NATIVE" });
    assertMatch(native.device.name, /2 threads$/);
    assertEquals(native.device.kind, "CPU");
    await assertFails(
      selectEngine("CUDA", { threads, engine: "NATIVE" }),
      /^DeviceUnavailableError: Cannot train on CUDA: the native engine trains on CPUs/,
    );
  });

  it("stays with the engine that a training has been on", async () => {
    for (
      const [lastEngine, expected] of [
        ["Native 1 (AVX2)", /^Native /],
        ["TensorFlow 2.16.1", /^TensorFlow /],
      ] as const
    ) {
      assertMatch(await nameOf(await selectEngine("CPU", { threads, lastEngine })), expected);
    }
  });

  it("takes for AUTO the other engine where one is not available, and says why", async () => {
    const reasons: string[] = [];
    const engine = await selectEngine("CPU", {
      ...{ threads, lastEngine: "Native 1 (AVX2)", library: "/nowhere/libkernels.so" },
      onFallback: (reason) => reasons.push(reason),
    });
    assertMatch(await nameOf(engine), /^TensorFlow /);
    assertEquals(reasons.length, 1);
    assertMatch(
      reasons[0] ?? "",
      /^The native engine is not available: Cannot load \/nowhere.*deno task setup.*TensorFlow trains instead\.$/,
    );
  });

  it("refuses the native engine where it is asked for and not available", async () => {
    await assertFails(
      selectEngine("AUTO", { threads, engine: "NATIVE", library: "/nowhere/libkernels.so" }),
      /^DeviceUnavailableError: Cannot train on CPU: The native engine is not available: Cannot load \/nowhere/,
    );
  });

  it("refuses a number of threads that is none", async () => {
    for (const wrong of [0, 1.5, NaN]) {
      await assertFails(
        selectEngine("CPU", { threads: wrong }),
        /^RangeError: Cannot train with \S+ threads: threads must be a whole number of at least 1/,
      );
    }
  });

  it("refuses WEBGPU with the reason", async () => {
    await assertFails(
      selectEngine("WEBGPU", { threads }),
      /^DeviceUnavailableError: Cannot train on WEBGPU: WebGPU training is not part of this version/,
    );
  });
});
