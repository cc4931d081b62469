/** The engine of each device. This machine may or may not have a GPU. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertRejectsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { DeviceUnavailableError, listDevices, selectEngine } from "../../../ml/engines/registry.ts";

const threads = 2;

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
    await assertRejectsMatch(
      () => selectEngine("CUDA", { threads, engine: "NATIVE" }),
      /^DeviceUnavailableError: Cannot train on CUDA: the native engine trains on CPUs/,
    );
  });

  it("refuses a number of threads that is none", async () => {
    for (const wrong of [0, 1.5, NaN]) {
      await assertRejectsMatch(
        () => selectEngine("CPU", { threads: wrong }),
        /^RangeError: Cannot train with \S+ threads: threads must be a whole number of at least 1/,
      );
    }
  });

  it("refuses WEBGPU with the reason", async () => {
    await assertRejectsMatch(
      () => selectEngine("WEBGPU", { threads }),
      /^DeviceUnavailableError: Cannot train on WEBGPU: WebGPU training is not part of this version/,
    );
  });
});
