/**
 * Finds which rows and columns of the input images are ever read. Pooling drops incomplete windows, so what
 * leads to the dropped rows need not be computed: with smaller images going in, every layer makes
 * just what the next one reads, and all results stay the same.
 */
import { isImage, wholeField } from "./image_field.ts";
import { OPS } from "./ops.ts";
import { topologicalOrder } from "./rewrite.ts";
import {
  inputAt,
  type Op,
  type OpKind,
  type ReceptiveField,
  type Tensor,
  type TensorOf,
} from "./tensor.ts";

/**
 * Returns the part of `images` that `outputs` depend on.
 *
 * @param images [batch, height, width, channels]
 */
export function receptiveField(outputs: readonly Tensor[], images: Tensor): ReceptiveField {
  const needed = new Map<Tensor, ReceptiveField>();
  const need = (node: Tensor, [height, width]: ReceptiveField) => {
    const known = needed.get(node) ?? [0, 0];
    needed.set(node, [Math.max(known[0], height), Math.max(known[1], width)]);
  };
  for (const node of topologicalOrder(outputs).toReversed()) {
    // An image that no reader limits is read whole.
    const field = needed.get(node) ?? (isImage(node) ? wholeField(node) : [0, 0]);
    for (const [position, inputField] of inputFields(node, field).entries()) {
      if (inputField) need(inputAt(node.inputs, position), inputField);
    }
  }
  return needed.get(images) ?? wholeField(images);
}

function inputFields(
  node: Tensor,
  field: ReceptiveField,
): readonly (ReceptiveField | undefined)[] {
  // Kind and node belong together; the compiler cannot follow that through the table.
  const op = OPS[node.kind] as Op<OpKind>;
  return op.inputFields?.(node as TensorOf<OpKind>, field) ??
    node.inputs.map((input) => isImage(input) ? wholeField(input) : undefined);
}
