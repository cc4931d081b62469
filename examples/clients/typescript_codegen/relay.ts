/** Starts a run and follows it with Relay over graphql-ws. The network layer keeps the cursor for a reconnect. */
import process from "node:process";
import { createClient } from "graphql-ws";
import * as relay from "relay-runtime";
import EPOCHS, * as epochs from "./generated/relay/followEpochsSubscription.graphql.ts";
import START, * as start from "./generated/relay/followStartMutation.graphql.ts";

const url = process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000";
const socket = createClient({
  url: `${url.replace("http", "ws")}/graphql`,
  connectionParams: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  shouldRetry: () => true,
  retryAttempts: Infinity,
});

/** Executes an operation. The socket repeats it with the variables as they are at that moment. */
function execute({ text }: relay.RequestParameters, { ...variables }: relay.Variables) {
  return relay.Observable.create<relay.GraphQLResponse>((sink) =>
    socket.subscribe({ query: text ?? "", variables }, {
      next(result) {
        sink.next(result as relay.GraphQLResponse);
        const trained = result.data as epochs.followEpochsSubscription$data | null;
        variables.last = trained?.epochs?.number;
      },
      error: (cause) => sink.error(new Error("The operation failed.", { cause })),
      complete: () => sink.complete(),
    })
  );
}

const environment = new relay.Environment({
  network: relay.Network.create(execute, execute),
  store: new relay.Store(new relay.RecordSource()),
});
const id = await new Promise<string>((resolve, onError) =>
  relay.commitMutation<start.followStartMutation>(environment, {
    mutation: START,
    variables: {},
    onCompleted: ({ startTraining }) => resolve(startTraining.run.id),
    onError,
  })
);
await new Promise<void>((onCompleted, onError) =>
  relay.requestSubscription<epochs.followEpochsSubscription>(environment, {
    subscription: EPOCHS,
    variables: { id, last: 0 },
    onNext: (data) =>
      data &&
      console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`),
    onCompleted,
    onError,
  })
);
await socket.dispose();
