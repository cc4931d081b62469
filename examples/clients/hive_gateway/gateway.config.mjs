/** Configures Hive gateway as a proxy of epochql: the endpoint, and the token that it sends. */
import process from "node:process";

export const gatewayConfig = {
  pollingInterval: 2 ** 31 - 1,
  proxy: {
    endpoint: `${process.env.EPOCHQL_URL ?? "http://127.0.0.1:8000"}/graphql`,
    headers: { authorization: `Bearer ${process.env.EPOCHQL_TOKEN}` },
  },
};
