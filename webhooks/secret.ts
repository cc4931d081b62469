/**
 * Secrets of webhooks as Standard Webhooks writes them: 'whsec_' and base64. They are stored as they are, since signing
 * needs them, and shown once.
 */

/** Length of a secret: that of the digest it keys. */
const SECRET_BYTES = 32;

/** Creates a random secret. */
export function createSecret(): string {
  return `whsec_${crypto.getRandomValues(new Uint8Array(SECRET_BYTES)).toBase64()}`;
}
