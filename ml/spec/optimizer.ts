/** Optimizers as data. */

/** An optimizer and its settings. The learning rate is a field of the training spec. */
export type Optimizer =
  | { readonly kind: "sgd"; readonly momentum: number }
  | {
    readonly kind: "adam";
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
  };

/** Describes an optimizer in words: 'SGD, momentum 0.5'. */
export function optimizerName(optimizer: Optimizer): string {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum === 0 ? "SGD" : `SGD, momentum ${optimizer.momentum}`;
    case "adam":
      return "Adam";
    default:
      return optimizer satisfies never;
  }
}
