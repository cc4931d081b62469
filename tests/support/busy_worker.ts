/**
 * A process that creates ten runs and trains whatever it can claim, as fast as the store allows: `busy_worker.ts
 * PLACE NAME`.
 */
import { aSpec } from "./fake_run.ts";
import { openAt } from "./test_database.ts";

const [place = "", name = ""] = Deno.args;
const store = await openAt(place);
for (let index = 0; index < 10; index++) {
  await store.create({ name: `${name}${index}`, spec: aSpec() });
}
for (;;) {
  const claim = await store.claim({ worker: name, leaseMs: 60_000 });
  if (!claim) break;
  for (let number = 1; number <= 10; number++) {
    const firstStep = 4 * number - 3;
    await store.append(claim, number, [
      {
        type: "batches",
        epoch: 1,
        firstStep,
        losses: [4, 3, 2, 1],
        accs: [0, 0, 0, 0],
        samplesPerSecond: 1,
      },
    ]);
    await store.renew(claim, 60_000);
  }
  await store.append(claim, 11, [{ type: "completed" }]);
}
await store.close();
