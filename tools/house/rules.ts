/** The house rules on imports, as data: tools/house/imports.ts holds every import to them. */

/** Parts of the project with the other parts that they may import. Files in the root are named. */
export const OUTER: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  native: [],
  data: ["lib"],
  ml: ["lib", "native", "data"],
  pictures: ["lib", "data", "ml"],
  exports: ["lib", "data", "ml", "deno.json"],
  runs: ["lib", "data", "ml", "native"],
  imports: ["lib", "data"],
  webhooks: ["lib", "ml", "runs"],
  schema: ["lib", "data", "ml", "pictures", "exports", "runs", "imports", "webhooks"],
  resolvers: ["lib", "data", "ml", "pictures", "exports", "runs", "imports", "webhooks", "schema"],
  server: [
    "lib",
    "data",
    "ml",
    "pictures",
    "exports",
    "runs",
    "imports",
    "webhooks",
    "schema",
    "resolvers",
    "config",
    "config.ts",
  ],
  web: ["lib", "data", "ml", "pictures", "runs", "server"],
  examples: ["lib", "data", "ml"],
  config: ["lib"],
  "config.ts": ["lib", "ml", "runs", "webhooks", "config"],
  "main.ts": ["*"],
  cli: ["*"],
  bench: ["*"],
  tools: ["*"],
  tests: ["*"],
};

/**
 * The order inside parts, from the lowest folder or file to the highest: an import never leads up. Names that are
 * missing here are free.
 */
export const INNER: Readonly<Record<string, readonly string[]>> = {
  data: [
    "errors.ts",
    "uploads",
    "tensor.ts",
    "dataset.ts",
    "reference.ts",
    "random.ts",
    "images",
    "catalog.ts",
    "imported/error.ts",
    "archives",
    "formats",
    "storage/files.ts",
    "imported",
    "storage",
    "transforms",
    "samples.ts",
    "loader",
    "mnist.ts",
    "mod.ts",
  ],
  // The graph imports only itself; engines import networks and steps, not the training loop.
  ml: [
    "timeouts.ts",
    "state.ts",
    "options",
    "graph",
    "losses",
    "optimizers",
    "schedules",
    "augmentation",
    "network",
    "metrics.ts",
    "spec",
    "device.ts",
    "checkpoint",
    "training/step.ts",
    "engines",
    "training",
    "mod.ts",
  ],
  // A format imports the contract, the registry imports the formats.
  exports: [
    "metrics",
    "model.ts",
    "input.ts",
    "preprocessing.ts",
    "walk.ts",
    "format.ts",
    "onnx",
    "pytorch",
    "tensorflow",
    "formats.ts",
  ],
  // The log imports no store, the store no worker; nothing imports the supervisor.
  runs: [
    "timeouts.ts",
    "log",
    "store",
    "checkpoints",
    "paths.ts",
    "scratch.ts",
    "delete_run.ts",
    "predictor",
    "reading",
    "trainer",
    "worker",
    "supervisor",
  ],
  // Addresses know no sender, the sender no store.
  webhooks: [
    "timeouts.ts",
    "limits.ts",
    "address",
    "permissions.ts",
    "sender",
    "deliver.ts",
    "delivery_loop.ts",
    "service.ts",
  ],
  // Timeouts and limits import nothing; GraphQL imports no transport; routes compose everything.
  server: [
    "timeouts.ts",
    "limits.ts",
    "http",
    "observability",
    "auth",
    "files",
    "graphql",
    "transports",
    "graphql_server.ts",
    "routes.ts",
    "server.ts",
  ],
};

/** Exceptions that hold for some files only. */
export const NARROW: readonly { from: RegExp; to: RegExp; why: string }[] = [
  {
    from: /^runs\//,
    to: /^ml\/(engines\/(tensorflow|native|registry)|training\/(train|step)\.ts)/,
    why: "the process that writes the log never loads an engine",
  },
  {
    from: /^runs\/(?!(trainer|predictor)\/(process|permissions)\.ts)/,
    to: /^native\//,
    why: "only the code that starts trainers and predictors knows which native code they load",
  },
  {
    from: /^(?!examples\/|tests\/)/,
    to: /^(data|ml)\/mod\.ts/,
    why: "mod.ts is the door for users of the library, not for the project's own files",
  },
  {
    from: /^web\/(?!build\/)/,
    to: /^server\//,
    why: "only the builder of the page knows the manifest that the server reads",
  },
  {
    from: /^native\/(?!probe\.ts)|^ml\/(?!engines\/tensorflow)/,
    to: /^native\/tensorflow\.ts/,
    why: "only the TensorFlow engine and the program that verifies it load TensorFlow",
  },
];

/** Largest number of source files side by side in a folder outside tests/. */
export const MAX_FOLDER_FILES = 20;
