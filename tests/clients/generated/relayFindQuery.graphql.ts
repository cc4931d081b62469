/**
 * @generated SignedSource<<f40536dcb4736bfa50c6e2da2d633c53>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type RunState = "CANCELLED" | "CANCELLING" | "COMPLETED" | "FAILED" | "INTERRUPTED" | "PAUSED" | "PAUSING" | "QUEUED" | "RUNNING" | "%future added value";
export type relayFindQuery$variables = {
  id: string;
};
export type relayFindQuery$data = {
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly state: RunState;
  } | null | undefined;
};
export type relayFindQuery = {
  response: relayFindQuery$data;
  variables: relayFindQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "id",
        "variableName": "id"
      }
    ],
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
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayFindQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayFindQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "53c1be668e8846d4d529f1d2952b1913",
    "id": null,
    "metadata": {},
    "name": "relayFindQuery",
    "operationKind": "query",
    "text": "query relayFindQuery(\n  $id: ID!\n) {\n  run(id: $id) {\n    id\n    name\n    state\n  }\n}\n"
  }
};
})();

(node as any).hash = "09da5ab55ecabd5e137ac09c9b0c5f69";

export default node;
