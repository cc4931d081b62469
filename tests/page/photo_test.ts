/** The Predict view of a run on images of one's own: what it takes as a picture. */
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { MNIST_SIZE } from "../support/fake_run.ts";
import { png } from "../support/image_files.ts";
import { describePage } from "./suite.ts";

describePage("a picture to predict", (suite) => {
  const open = async () => {
    const halted = suite.stage.worker.hold();
    const spec = { ...resolveSpec({}, MNIST_SIZE), dataset: `photos@${"0".repeat(64)}` };
    await suite.stage.store.create({ name: "on photos", spec });
    await halted;
    const page = await suite.open();
    await page.getByRole("button", { name: "Predict", exact: true }).click();
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.postData()?.includes("base64,")) sent.push(request.url());
    });
    const choose = (name: string, mimeType: string, content: Uint8Array) =>
      page.getByLabel("Picture to predict").setInputFiles({
        name,
        mimeType,
        buffer: Buffer.from(content),
      });
    return { page, choose, sent, picture: page.locator("img.photo") };
  };

  suite.it("is refused before it is sent if the browser cannot read it", async () => {
    const { page, choose, sent, picture } = await open();
    const text = new TextEncoder().encode("no image");
    const image = png(90, 70, [190, 20, 25]);
    const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (
      const [name, type, content] of [
        ["letter.docx", word, text],
        ["damaged.png", "image/png", image.subarray(0, 30)],
        ["empty.png", "image/png", new Uint8Array()],
        ["phone.heic", "image/heic", text],
      ] as const
    ) {
      await choose("red.png", "image/png", image);
      await picture.waitFor();
      await choose(name, type, content);
      const refusal = `${name} is not an image that this browser can read.`;
      await page.getByRole("alert").getByText(refusal, { exact: true }).waitFor();
      assertEquals(await picture.count(), 0);
    }
    assertEquals(sent, []);
  });

  suite.it("is an image by its content, whatever its name says", async () => {
    const { choose, picture } = await open();
    await choose("red.bin", "application/octet-stream", png(90, 70, [190, 20, 25]));
    await picture.waitFor();
    const shown = await picture.evaluate((image: HTMLImageElement) => [
      image.src.slice(0, 23),
      image.naturalWidth,
    ]);
    assertEquals(shown, ["data:image/jpeg;base64,", 90]);
  });
});
