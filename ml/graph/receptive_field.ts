/**
 * Finds which rows and columns of the input images are ever read. Pooling drops incomplete windows, so what
 * leads to the dropped rows need not be computed: with smaller images going in, every layer makes
 * just what the next one reads, and all results stay the same.
 */
import { topologicalOrder } from "./rewrite.ts";
import { inputAt, sizeAt, type Tensor } from "./tensor.ts";

/** Rows and columns, counted from the top left. */
export type ReceptiveField = readonly [height: number, width: number];

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
  const whole = (node: Tensor): ReceptiveField => [sizeAt(node.shape, 1), sizeAt(node.shape, 2)];
  for (const node of topologicalOrder(outputs).toReversed()) {
    // Whatever is no image, or is read by an operation that is not known here, is read whole.
    const [height, width] = needed.get(node) ?? (isImage(node) ? whole(node) : [0, 0]);
    switch (node.kind) {
      case "relu":
      case "biasAdd":
      case "multiply":
      case "add":
      case "subtract":
        for (const input of node.inputs) {
          if (isImage(input) && isImage(node)) {
            const [fullHeight, fullWidth] = whole(input);
            need(input, [Math.min(height, fullHeight), Math.min(width, fullWidth)]);
          }
        }
        break;
      case "conv2d": {
        const [x, filter] = [inputAt(node.inputs, 0), inputAt(node.inputs, 1)];
        need(x, [
          height + sizeAt(filter.shape, 0) - 1,
          width + sizeAt(filter.shape, 1) - 1,
        ]);
        break;
      }
      case "maxPool2d":
        need(inputAt(node.inputs, 0), [
          height * node.attributes.size,
          width * node.attributes.size,
        ]);
        break;
      default:
        for (const input of node.inputs) if (isImage(input)) need(input, whole(input));
    }
  }
  return needed.get(images) ?? whole(images);
}

function isImage(node: Tensor): boolean {
  return node.shape.length === 4;
}
