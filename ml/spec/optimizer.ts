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

/** The settings of each kind of optimizer. */
const SETTINGS = {
  sgd: ["momentum"],
  adam: ["beta1", "beta2", "epsilon"],
} as const satisfies {
  readonly [Kind in Optimizer["kind"]]: readonly (keyof Extract<Optimizer, { kind: Kind }>)[];
};

/** Tells whether a value that was read from a file is an optimizer. */
export function isOptimizer(value: unknown): value is Optimizer {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ...settings } = value as Readonly<Record<string, unknown>>;
  if (kind !== "sgd" && kind !== "adam") return false;
  const names: readonly string[] = SETTINGS[kind];
  return Object.keys(settings).length === names.length &&
    names.every((name) => Number.isFinite(settings[name]));
}
