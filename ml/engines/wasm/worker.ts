/** The thread of thread.ts: classifies. */
import { answerRequests } from "../../../lib/process/request_thread.ts";
import { createResponder } from "../classifier.ts";
import { loadNetwork } from "./network.ts";
import { fromSent } from "./sent_array.ts";
import type { SentClassification } from "./thread.ts";

const respond = createResponder(loadNetwork);

answerRequests(({ samples, ...request }: SentClassification) =>
  respond({ ...request, samples: fromSent(samples) })
);
