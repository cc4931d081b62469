/**
 * Writes TensorBoard's event files: records of Event messages with masked checksums. Field numbers are those of
 * tensorboard/compat/proto/{event,summary}.proto and tensorboard/plugins/hparams/plugin_data.proto.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { message, text } from "../protobuf.ts";
import { crc32c } from "./crc32c.ts";

/** A scalar at a step. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** A hyperparameter's value. */
export type HyperParameter = string | number | boolean;

/** The tag and the plugin by which TensorBoard finds hyperparameters. */
const HPARAMS_TAG = "_hparams_/session_start_info";
const HPARAMS_PLUGIN = "hparams";

/** Encodes the first record of a file. */
export function encodeVersion(seconds: number): Uint8Array {
  return encodeEvent(seconds, 0, (event) => text(event, 3, "brain.Event:2"));
}

/** Encodes scalars of one step. */
export function encodeScalars(
  seconds: number,
  step: number,
  scalars: readonly Scalar[],
): Uint8Array {
  return encodeEvent(seconds, step, (event) =>
    message(event, 5, (summary) => {
      for (const { tag, value } of scalars) {
        message(summary, 1, (proto) => {
          text(proto, 1, tag);
          proto.tag(2, WireType.Bit32).float(value);
        });
      }
    }));
}

/** Encodes the hyperparameters of a run, which the HParams dashboard lists. */
export function encodeHyperParameters(
  seconds: number,
  parameters: Readonly<Record<string, HyperParameter>>,
): Uint8Array {
  const content = new BinaryWriter();
  message(content, 3, (session) => {
    for (const [name, value] of Object.entries(parameters)) {
      message(session, 1, (entry) => {
        text(entry, 1, name);
        message(entry, 2, (proto) => writeValue(proto, value));
      });
    }
    session.tag(5, WireType.Bit64).double(seconds);
  });
  const bytes = content.finish();
  return encodeEvent(
    seconds,
    0,
    (event) =>
      message(event, 5, (summary) =>
        message(summary, 1, (proto) => {
          text(proto, 1, HPARAMS_TAG);
          message(proto, 9, (metadata) =>
            message(metadata, 1, (plugin) => {
              text(plugin, 1, HPARAMS_PLUGIN);
              plugin.tag(2, WireType.LengthDelimited).bytes(bytes);
            }));
        })),
  );
}

/** Writes a google.protobuf.Value. */
function writeValue(writer: BinaryWriter, value: HyperParameter): void {
  if (typeof value === "number") writer.tag(2, WireType.Bit64).double(value);
  else if (typeof value === "string") text(writer, 3, value);
  else writer.tag(4, WireType.Varint).bool(value);
}

/** Encodes an event as a record: its length, the event, and a checksum of each. */
function encodeEvent(
  seconds: number,
  step: number,
  content: (event: BinaryWriter) => void,
): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Bit64).double(seconds);
  writer.tag(2, WireType.Varint).int64(step);
  content(writer);
  const event = writer.finish();
  const record = new Uint8Array(event.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(event.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(event, 12);
  view.setUint32(12 + event.length, masked(event), true);
  return record;
}

/** Masks a checksum as TFRecord files do: a checksum of bytes with checksums in them says little. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
