/** Explains errors of object storage: the kind for programs, the remedy for people. */
import { S3ServiceException } from "@aws-sdk/client-s3";
import { CheckpointError } from "../../ml/checkpoint/error.ts";

/** Names of errors that say that there is no room. */
const DISK_FULL_ERRORS = [
  "QuotaExceeded",
  "XMinioStorageFull",
  "InsufficientStorage",
  "XMinioAdminBucketQuotaExceeded",
];

const CREDENTIALS_RULE =
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must belong to a user who may read, write and list there";

/** Names of errors of the configuration, with the rule that it breaks. */
const CONFIGURATION_ERRORS: readonly (readonly [names: readonly string[], rule: string])[] = [
  [
    ["NoSuchBucket"],
    "there must be such a bucket. Make it, or name another with EPOCHQL_CHECKPOINTS",
  ],
  [
    ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "XAdminUserNotFound"],
    CREDENTIALS_RULE,
  ],
  [
    ["CredentialsProviderError"],
    "there must be credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  ],
  [
    ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"],
    "AWS_REGION must be the bucket's region",
  ],
];

/**
 * Converts an error of the S3 client to a CheckpointError, and returns other errors unchanged.
 *
 * @param action completes 'Cannot …'
 * @param endpoint the storage's URL; Amazon's if undefined
 */
export function explainS3Error(
  error: unknown,
  action: string,
  endpoint: string | undefined,
): unknown {
  if (error instanceof CheckpointError || error instanceof RangeError) return error;
  if (!(error instanceof Error)) return error;
  const got = error.message === "" ? error.name : `${error.name}: ${error.message}`;
  const failure = (kind: CheckpointError["kind"], rule: string) =>
    new CheckpointError(kind, `Cannot ${action}: ${rule}, got '${got}'.`, { cause: error });
  if (error.name === "NoSuchKey") return failure("missing", "there must be one of this name");
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (DISK_FULL_ERRORS.includes(error.name) || status === 507) {
    return failure("disk-full", "there must be room left. Free some");
  }
  const broken = CONFIGURATION_ERRORS.find(([names]) => names.includes(error.name));
  if (broken) return failure("unavailable", broken[1]);
  if (status === 401 || status === 403) return failure("unavailable", CREDENTIALS_RULE);
  if (error.message === "Region is missing") {
    return failure("unavailable", "AWS_REGION must be the bucket's region");
  }
  const where = endpoint ?? "Amazon S3";
  return failure(
    "unavailable",
    status === undefined ? `${where} must be reached and answer` : `${where} must do it`,
  );
}
