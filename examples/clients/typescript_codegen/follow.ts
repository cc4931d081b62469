/** Has the operations of relay.ts for Relay's compiler. Without its Babel plugin no program imports them. */
import { graphql } from "relay-runtime";

graphql`
  mutation followStartMutation {
    startTraining(input: { epochs: 5, seed: 1 }) { run { id } }
  }
`;

graphql`
  subscription followEpochsSubscription($id: ID, $last: Int) {
    epochs(runId: $id, afterEpoch: $last) { number testAcc }
  }
`;
