/** Opens the store of checkpoints that a location names. */
import type { DirectUploads } from "../../data/uploads/upload_store.ts";
import type { CheckpointStore } from "./store.ts";
import { LOCATION_RULE, parseLocation } from "./location.ts";

/** Environment variables: Deno.env, or a substitute. */
export interface Environment {
  get(name: string): string | undefined;
}

/**
 * Opens a checkpoint store. Problems show when it is used, or with check().
 *
 * @param location a folder, or 's3://bucket/prefix'
 * @param env where AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION and AWS_DEFAULT_REGION are read. Credentials are
 * found
 *   as every tool for S3 finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the machine's role.
 * @throws {RangeError} if it is no location, or a variable no URL
 */
export async function openCheckpointStore(
  location: string,
  env: Environment = Deno.env,
): Promise<CheckpointStore> {
  const parsed = parseLocation(location);
  switch (parsed?.kind) {
    case "folder":
      return (await import("./folder.ts")).openFolderStore(parsed.path);
    case "s3": {
      const environment = s3Environment(env);
      // The client is large.
      const { openS3Store } = await import("./s3.ts");
      return openS3Store({
        bucket: parsed.bucket,
        prefix: parsed.prefix,
        ...environment,
      });
    }
    case undefined:
      throw new RangeError(
        `Cannot keep checkpoints: the location must be ${LOCATION_RULE}, got '${location}'.`,
      );
    default:
      return parsed satisfies never;
  }
}

/**
 * Opens the place for files that clients send past the server; undefined where checkpoints are not in object storage.
 *
 * @param env as of openCheckpointStore()
 */
export async function openDirectUploads(
  location: string,
  env: Environment = Deno.env,
): Promise<DirectUploads | undefined> {
  const parsed = parseLocation(location);
  if (parsed?.kind !== "s3") return undefined;
  const { bucket, prefix } = parsed;
  const { openS3Uploads } = await import("./s3_uploads.ts");
  return openS3Uploads({ bucket, prefix, ...s3Environment(env) });
}

/**
 * Reads the endpoint and region from the variables that all S3 tools use.
 *
 * @throws {RangeError} if it is no URL
 */
export function s3Environment(
  env: Environment,
): { readonly endpoint: string | undefined; readonly region: string | undefined } {
  const read = (name: string) => env.get(name) || undefined;
  const endpoint = read("AWS_ENDPOINT_URL_S3") ?? read("AWS_ENDPOINT_URL");
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new RangeError(
      "Cannot use object storage: AWS_ENDPOINT_URL must be a URL such as http://minio:9000, " +
        `got '${endpoint}'.`,
    );
  }
  const region = read("AWS_REGION") ?? read("AWS_DEFAULT_REGION");
  // Where it is not Amazon's, a region means nothing, but requests are signed with one.
  return { endpoint, region: region ?? (endpoint === undefined ? undefined : "us-east-1") };
}
