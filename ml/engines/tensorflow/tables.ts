/** The datasets' part of a program: both sets stay on the device, cut to what the network reads. */
import type { Split } from "../../../data/dataset.ts";
import { variable } from "../../graph/ops/sources.ts";
import type { Tables } from "../../training/step.ts";
import type { SampleTable } from "../sample_tables.ts";
import type { ProgramWriter } from "./program_writer.ts";

/**
 * Adds a dataset's tables and the call 'load/<split>' that fills them: images, the bytes of tableValues(), and
 * labels. Bytes go in as one string, the only way to hand them over as they are.
 */
export function addTables(
  writer: ProgramWriter,
  split: Split,
  type: SampleTable,
): Tables {
  const { graph } = writer;
  const { dtype, shape: [count = 0] } = type;
  const images = { name: `${split}/images`, type } as const;
  const labels = { name: `${split}/labels`, type: { shape: [count], dtype: "int32" } } as const;
  for (const { name, type } of [images, labels]) writer.declare(name, type.dtype, type.shape);

  const bytes = writer.open(`load/${images.name}`, "string", []);
  const numbers = writer.open(`load/${labels.name}`, "int32", [count]);
  const decoded = graph.add("DecodeRaw", [bytes.node], {
    out_type: { type: dtype },
    little_endian: { bool: true },
  });
  const shape = graph.add("Const", [], {
    dtype: { type: "int32" },
    value: { tensor: { dtype: "int32", shape: [type.shape.length], values: type.shape } },
  });
  const shaped = graph.add("Reshape", [decoded, shape], {
    T: { type: dtype },
    Tshape: { type: "int32" },
  });
  writer.call(`load/${split}`, {
    inputs: { images: bytes, labels: numbers },
    outputs: {
      done: writer.after([
        writer.assign(images.name, shaped, dtype),
        writer.assign(labels.name, numbers.node, "int32"),
      ]),
    },
  });
  return {
    images: variable(images.name, images.type),
    labels: variable(labels.name, labels.type),
  };
}
