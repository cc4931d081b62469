/// <reference lib="dom" />
/** A run's use of its machine, in a real browser. */
import { assertEquals } from "@std/assert";
import { ON_GPU } from "../support/page_worker.ts";
import { describePage } from "./suite.ts";

describePage("a run's machine", (suite) => {
  const { it, open, createRun } = suite;

  it("shows how each number went, and the last sample when the run has ended", async () => {
    await createRun("measured", { epochs: 3 });
    await suite.stage.trained(1);
    await suite.stage.worker.hold();
    const page = await open();
    const machine = page.getByRole("region", { name: "Use of the machine" });
    await machine.getByText("CPU 1.1 cores").waitFor();
    suite.stage.worker.go();
    await machine.getByText("CPU 1.3 cores").waitFor();
    await machine.getByText("Memory 603 MB").waitFor();
    await machine.getByText("Speed 8,003 samples/s").waitFor();
    const curve = machine.getByRole("img", {
      name: "CPU: between 1.1 cores and 1.3 cores, last 1.3 cores",
    });
    const points = await curve.locator("polyline").getAttribute("points");
    assertEquals(points?.split(" ").length, 3);
    assertEquals(await machine.getByText("GPU").count(), 0, "there is none");
  });

  it("shows its GPU, where there is one", async () => {
    await createRun(ON_GPU, { epochs: 2 });
    await suite.stage.idle();
    const page = await open();
    const machine = page.getByRole("region", { name: "Use of the machine" });
    await machine.getByText("GPU 52 %").waitFor();
    await machine.getByText("GPU memory 2 GB").waitFor();
    await machine.getByRole("img", { name: "GPU: between 51 % and 52 %, last 52 %" })
      .waitFor();
  });

  it("shows nothing of a run that was not measured", async () => {
    suite.stage.worker.hold();
    await createRun("queued", { epochs: 1 });
    const page = await open();
    await page.getByRole("article", { name: "Run queued" }).waitFor();
    assertEquals(await page.getByRole("region", { name: /its machine/ }).count(), 0);
  });
});
