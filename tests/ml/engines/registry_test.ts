/** Which engine one gets for which device. This machine may or may not have a GPU. */
import assert from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DeviceUnavailableError, listDevices, selectEngine } from "../../../ml/engines/registry.ts";

const threads = 2;

describe("listDevices()", () => {
  it("lists every kind, with a reason for what is not there", async () => {
    const devices = await listDevices({ threads });
    assert.deepEqual(devices.map(({ kind }) => kind), ["CUDA", "CPU", "WEBGPU"]);
    for (const { available, reason } of devices) assert.equal(available, reason === undefined);
    assert.match(devices[1]?.name ?? "", /2 threads$/);
    assert.match(devices[2]?.reason ?? "", /not part of this version/);
  });
});

describe("selectEngine()", () => {
  it("opens the CPU", async () => {
    assert.equal((await selectEngine("CPU", { threads })).device.kind, "CPU");
  });

  it("takes CUDA for AUTO where it is, else the CPU, and refuses CUDA where it is not", async () => {
    const [cuda] = await listDevices({ threads });
    const auto = await selectEngine("AUTO", { threads });
    if (cuda?.available) {
      assert.equal(auto.device.kind, "CUDA");
      assert.equal((await selectEngine("CUDA", { threads })).device.kind, "CUDA");
    } else {
      assert.equal(auto.device.kind, "CPU");
      await assert.rejects(() => selectEngine("CUDA", { threads }), (error: unknown) => {
        const message = error instanceof DeviceUnavailableError ? error.message : "";
        assert.match(message, /^Cannot train on CUDA: .*deno task setup --gpu/);
        return true;
      });
    }
  });

  it("refuses a number of threads that is none", async () => {
    for (const wrong of [0, 1.5, NaN]) {
      await assert.rejects(
        () => selectEngine("CPU", { threads: wrong }),
        /^RangeError: Cannot train with \S+ threads: threads must be a whole number of at least 1/,
      );
    }
  });

  it("refuses WEBGPU with the reason", async () => {
    await assert.rejects(
      () => selectEngine("WEBGPU", { threads }),
      /^DeviceUnavailableError: Cannot train on WEBGPU: WebGPU training is not part of this version/,
    );
  });
});
