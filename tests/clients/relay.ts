/**
 * Operations of relay_test.ts, for Relay's compiler; no file imports this one. The compiled operations are in
 * generated/: `cd tests/clients && npx relay-compiler@21.0.1 relay.config.json`.
 */
import { graphql } from "relay-runtime";

graphql`
  mutation relayStartMutation($input: StartTrainingInput) {
    startTraining(input: $input) { run { id name state } }
  }
`;

graphql`
  query relayFindQuery($id: ID!) {
    run(id: $id) { id name state }
  }
`;

graphql`
  query relayRunsQuery($first: Int!, $after: String) {
    runs(first: $first, after: $after) @connection(key: "relay_runs") {
      totalCount
      edges { node { id name state } }
    }
  }
`;

graphql`
  subscription relayEpochsSubscription($runId: ID, $afterEpoch: Int) {
    epochs(runId: $runId, afterEpoch: $afterEpoch) { number testAcc }
  }
`;
