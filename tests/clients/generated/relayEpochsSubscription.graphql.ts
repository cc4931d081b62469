/**
 * @generated SignedSource<<3e0a219e6af5ff268530791968c69f6b>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type relayEpochsSubscription$variables = {
  afterEpoch?: number | null | undefined;
  runId?: string | null | undefined;
};
export type relayEpochsSubscription$data = {
  readonly epochs: {
    readonly number: number;
    readonly testAcc: number;
  };
};
export type relayEpochsSubscription = {
  response: relayEpochsSubscription$data;
  variables: relayEpochsSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "afterEpoch"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "runId"
},
v2 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "afterEpoch",
        "variableName": "afterEpoch"
      },
      {
        "kind": "Variable",
        "name": "runId",
        "variableName": "runId"
      }
    ],
    "concreteType": "Epoch",
    "kind": "LinkedField",
    "name": "epochs",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "number",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "testAcc",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "relayEpochsSubscription",
    "selections": (v2/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "relayEpochsSubscription",
    "selections": (v2/*:: as any*/)
  },
  "params": {
    "cacheID": "f85f6b07464e9b7467e44da6304665c4",
    "id": null,
    "metadata": {},
    "name": "relayEpochsSubscription",
    "operationKind": "subscription",
    "text": "subscription relayEpochsSubscription(\n  $runId: ID\n  $afterEpoch: Int\n) {\n  epochs(runId: $runId, afterEpoch: $afterEpoch) {\n    number\n    testAcc\n  }\n}\n"
  }
};
})();

(node as any).hash = "59bf5956abb4571579baf9428dc1568f";

export default node;
