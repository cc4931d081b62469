/** The networks that the other side of a classifier keeps. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { createResponder } from "../../../ml/engines/classifier.ts";
import { aCheckpoint, aState } from "../checkpoint/support.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

describe("createResponder()", () => {
  const folder = folderPerTest();

  it("keeps no more networks where samples are refused than where they are classified", async () => {
    let kept = 0;
    const respond = createResponder(() => {
      kept++;
      return {
        classify() {
          throw new RangeError("Cannot classify: the samples must be whole ones.");
        },
        bytes: () => 1,
        dispose: () => void kept--,
      };
    });
    const path = folder.join("a.safetensors");
    for (let seed = 1; seed <= 20; seed++) {
      const { sha256 } = await writeCheckpoint(
        path,
        aCheckpoint({ state: aState(undefined, seed) }),
      );
      const answer = await respond({ sha256, path, samples: new Uint8Array(1) });
      assertEquals(answer.kind === "failed" && answer.reason, "samples");
    }
    assertEquals(kept, 8);
  });
});
