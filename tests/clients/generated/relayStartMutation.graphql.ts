/**
 * @generated SignedSource<<20a69c20b5f38c1c88e8f5b3669ee1b4>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type Device = "AUTO" | "CPU" | "CUDA" | "WEBGPU" | "%future added value";
export type Recipe = "BASIC_CNN" | "DROPOUT_CNN" | "WIDE_KERNEL_CNN" | "%future added value";
export type RunState = "CANCELLED" | "CANCELLING" | "COMPLETED" | "FAILED" | "INTERRUPTED" | "PAUSED" | "PAUSING" | "QUEUED" | "RUNNING" | "%future added value";
export type StartTrainingInput = {
  batchSize?: number | null | undefined;
  device?: Device | null | undefined;
  epochs?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
  learningRate?: number | null | undefined;
  name?: string | null | undefined;
  recipe?: Recipe | null | undefined;
  seed?: number | null | undefined;
  testSamples?: number | null | undefined;
  trainSamples?: number | null | undefined;
};
export type relayStartMutation$variables = {
  input?: StartTrainingInput | null | undefined;
};
export type relayStartMutation$data = {
  readonly startTraining: {
    readonly run: {
      readonly id: string;
      readonly name: string;
      readonly state: RunState;
    };
  };
};
export type relayStartMutation = {
  response: relayStartMutation$data;
  variables: relayStartMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": "RunPayload",
    "kind": "LinkedField",
    "name": "startTraining",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "Run",
        "kind": "LinkedField",
        "name": "run",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "id",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "name",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "state",
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayStartMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayStartMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "98c0fdf09529678fc582a77901cab711",
    "id": null,
    "metadata": {},
    "name": "relayStartMutation",
    "operationKind": "mutation",
    "text": "mutation relayStartMutation(\n  $input: StartTrainingInput\n) {\n  startTraining(input: $input) {\n    run {\n      id\n      name\n      state\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "a5d3e8045c50b74444a2f43d2f6ec28d";

export default node;
