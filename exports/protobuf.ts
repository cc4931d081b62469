/** Fields of Protocol Buffers messages, by their numbers. */
import { type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** Writes a field with a text. */
export function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

/** Writes a field with a message of its own. */
export function message(
  writer: BinaryWriter,
  field: number,
  content: (writer: BinaryWriter) => void,
): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  content(writer);
  writer.join();
}
