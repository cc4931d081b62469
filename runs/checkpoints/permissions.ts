/** Permissions that a process needs to use a checkpoint store. */
import { join, resolve } from "node:path";
import { type Environment, s3Environment } from "./open.ts";
import { parseLocation } from "./location.ts";

/** Hosts that give a machine or a container in Amazon's cloud its role's credentials. */
const ROLE_HOSTS = [
  "169.254.169.254:80",
  "169.254.170.2:80",
  "169.254.170.23:80",
  "[fd00:ec2::254]:80",
];

/**
 * The values of Deno's flags for a process that opens the store of a location. Beside them an S3 client needs to read
 * the environment (`--allow-env`).
 */
export function checkpointPermissions(
  location: string,
  env: Environment = Deno.env,
): {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
} {
  const parsed = parseLocation(location);
  if (parsed?.kind !== "s3") {
    const folder = resolve(location);
    return { net: [], read: [folder], write: [folder] };
  }
  const { endpoint, region } = s3Environment(env);
  const amazon = region?.startsWith("cn-") ? "*.amazonaws.com.cn:443" : "*.amazonaws.com:443";
  const storage = endpoint === undefined ? amazon : hostOf(endpoint);
  if (env.get("AWS_ACCESS_KEY_ID")) return { net: [storage], read: [], write: [] };
  // Credentials come from files or from the machine's role.
  const folder = join(env.get("HOME") ?? env.get("USERPROFILE") ?? ".", ".aws");
  const named = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  ].flatMap((name) => env.get(name) || []);
  return {
    net: [...new Set([storage, amazon, ...ROLE_HOSTS])],
    read: [folder, ...named],
    write: [],
  };
}

/** 'minio:9000', as Deno's flags name it. */
function hostOf(endpoint: string): string {
  const { protocol, hostname, host, port } = new URL(endpoint);
  return port === "" ? `${hostname}:${protocol === "https:" ? 443 : 80}` : host;
}
