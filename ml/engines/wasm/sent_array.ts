/**
 * Typed arrays in messages to a thread, as their bytes: a thread of node:worker_threads looks at each element of an
 * array that it receives, which takes 0.2 ms for 1,000 (Deno 2.9.6,
 * findings/deno_walks_every_byte_of_a_message_to_a_node_worker.sh).
 */

const KINDS = { Uint8Array, Int32Array, Float32Array } as const;

type Kind = keyof typeof KINDS;

/** The bytes of an array of a kind. */
export interface SentArray<K extends Kind = Kind> {
  readonly kind: K;
  readonly bytes: ArrayBuffer;
}

/** Copies the bytes of an array of this kind, so that they can be transferred. */
export function toSent<K extends Kind>(
  kind: K,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
): SentArray<K> {
  return { kind, bytes: new Uint8Array(buffer, byteOffset, byteLength).slice().buffer };
}

/** Returns the array again. */
export function fromSent<K extends Kind>(
  { kind, bytes }: SentArray<K>,
): InstanceType<(typeof KINDS)[K]> {
  return new KINDS[kind](bytes) as InstanceType<(typeof KINDS)[K]>;
}
