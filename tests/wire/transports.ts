/** Every transport of the API. A new one is a file in transports/ and a line here. */
import { graphqlTransportWs } from "./transports/graphql_transport_ws.ts";
import { inProcess } from "./transports/in_process.ts";
import { legacyGraphqlWs } from "./transports/legacy_graphql_ws.ts";
import { multipart } from "./transports/multipart.ts";
import { singleSse, sse } from "./transports/sse.ts";
import type { Transport } from "./transports/transport.ts";

export const TRANSPORTS: readonly Transport[] = [
  inProcess,
  sse,
  singleSse,
  multipart,
  graphqlTransportWs,
  legacyGraphqlWs,
];

export const REMOTE_TRANSPORTS: readonly Transport[] = TRANSPORTS.filter(({ isRemote }) =>
  isRemote
);
