/**
 * Permissions of the sender process, as Deno's flags: the network, without addresses that are not public. The server
 * itself has no permission to reach receivers.
 */

/** Networks that no receiver on the internet is in. The rule that refuses more is webhooks/address/address_rule.ts. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
];

/**
 * Returns the flags of the sender. Deno refuses connections to the networks on its own, so that a mistake in the rule
 * of addresses opens nothing; where some are allowed, the rule alone decides.
 *
 * @param allow EPOCHQL_WEBHOOK_ALLOW
 */
export function senderPermissions(allow: string): readonly string[] {
  return [
    "--no-prompt",
    "--allow-net",
    ...(allow.trim() === "" ? [`--deny-net=${NOT_PUBLIC.join(",")}`] : []),
  ];
}
