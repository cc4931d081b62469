/** Starts a run and follows it with Apollo Client's default link. The loop asks for what is missing. */
import process from "node:process";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new HttpLink({
    uri: `${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`,
    headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  }),
});
const START = gql`mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }`;
const EPOCHS = gql`subscription ($id: ID, $last: Int) {
  epochs(runId: $id, afterEpoch: $last) { number testAcc }
}`;

type Started = { startTraining: { run: { id: string } } };
type Trained = { epochs: { number: number; testAcc: number } };

const { data } = await client.mutate<Started>({ mutation: START });
const variables = { id: data?.startTraining.run.id, last: 0 };
for (let failed = true; failed;) {
  failed = false;
  await new Promise<void>((resolve, reject) => {
    client.subscribe<Trained>({ query: EPOCHS, variables: { ...variables } }).subscribe({
      next({ data, error }) {
        const isRefused = ServerError.is(error) && error.statusCode < 500;
        if (isRefused || CombinedGraphQLErrors.is(error)) reject(error);
        else if (error) failed = true;
        if (!data) return;
        console.log(`epoch ${data.epochs.number}: ${(100 * data.epochs.testAcc).toFixed(1)} %`);
        variables.last = data.epochs.number;
      },
      complete: resolve,
    });
  });
  if (failed) await new Promise((resolve) => setTimeout(resolve, 1000));
}
