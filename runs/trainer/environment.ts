/** The environment of processes that a worker starts. */

/**
 * Variables that are not passed on: possible secrets, and those of OpenTelemetry, with which Deno itself would use the
 * network. The worker creates the spans of a training.
 */
const SECRETS = /^(EPOCHQL_TOKEN|DATABASE_URL|PG.*|AWS_.*|OTEL_.*)$/;

/** Returns the variables of this process without secrets. */
export function trainerEnvironment(): Record<string, string> {
  const entries = Object.entries(Deno.env.toObject());
  return Object.fromEntries(entries.filter(([name]) => !SECRETS.test(name)));
}
