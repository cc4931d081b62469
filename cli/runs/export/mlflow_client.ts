/** A client of MLflow's tracking server, as far as an export needs it. */
import { RefusedError } from "../errors.ts";
import { askMlflow, MlflowError } from "./mlflow_api.ts";

/** A tag or a parameter. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** A metric at a step. */
export interface Metric {
  readonly key: string;
  /** A number, or 'NaN', 'Infinity' or '-Infinity': JSON has no other form, and a server stores those as zero. */
  readonly value: number | string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** A run of MLflow. */
export interface MlflowRun {
  readonly info: { readonly run_id: string };
  readonly data?: { readonly tags?: readonly Entry[] };
}

/** Entries that one request writes. */
export interface Batch {
  readonly metrics?: readonly Metric[];
  readonly params?: readonly Entry[];
  readonly tags?: readonly Entry[];
}

/** A tracking server of MLflow. */
export interface Mlflow {
  /** Its address as shown. */
  readonly address: string;
  /** Finds an experiment, or creates it. */
  experiment(name: string): Promise<string>;
  /** Finds the run of an experiment that has a tag; undefined if there is none. */
  find(experiment: string, tag: Entry): Promise<MlflowRun | undefined>;
  create(
    experiment: string,
    run: { readonly name: string; readonly startMs: number; readonly tags: readonly Entry[] },
  ): Promise<MlflowRun>;
  log(run: MlflowRun, batch: Batch): Promise<void>;
  update(
    run: MlflowRun,
    change: { readonly name: string; readonly status: string; readonly endMs: number | undefined },
  ): Promise<void>;
}

/** Creates the client of the tracking server at an address. */
export function mlflowAt(url: URL): Mlflow {
  const address = url.href.replace(/\/$/, "");

  async function post(path: string, body: unknown): Promise<unknown> {
    return await askMlflow(address, path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async function findExperiment(name: string): Promise<string | undefined> {
    try {
      const search = new URLSearchParams({ experiment_name: name });
      const { experiment } = await askMlflow(
        address,
        `experiments/get-by-name?${search}`,
        {},
      ) as {
        experiment: { experiment_id: string; lifecycle_stage: string };
      };
      if (experiment.lifecycle_stage !== "deleted") return experiment.experiment_id;
    } catch (error) {
      if (error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST") {
        return undefined;
      }
      throw error;
    }
    throw new RefusedError(
      `Cannot export to the experiment '${name}': it is deleted in MLflow at ${address}. ` +
        "Restore it there, or name another with --experiment.",
    );
  }

  return {
    address,
    async experiment(name) {
      const found = await findExperiment(name);
      if (found !== undefined) return found;
      try {
        const made = await post("experiments/create", { name }) as { experiment_id: string };
        return made.experiment_id;
      } catch (error) {
        // Another export may have created it just now.
        if (!(error instanceof MlflowError && error.code === "RESOURCE_ALREADY_EXISTS")) {
          throw error;
        }
        const theirs = await findExperiment(name);
        if (theirs === undefined) throw error;
        return theirs;
      }
    },
    async find(experiment, { key, value }) {
      const { runs = [] } = await post("runs/search", {
        experiment_ids: [experiment],
        filter: `tags.\`${key}\` = '${value}'`,
        max_results: 1,
      }) as { runs?: readonly MlflowRun[] };
      return runs[0];
    },
    async create(experiment, { name, startMs, tags }) {
      const { run } = await post("runs/create", {
        experiment_id: experiment,
        run_name: name,
        start_time: startMs,
        tags,
      }) as { run: MlflowRun };
      return run;
    },
    async log({ info }, batch) {
      await post("runs/log-batch", { run_id: info.run_id, ...batch });
    },
    async update({ info }, { name, status, endMs }) {
      await post("runs/update", { run_id: info.run_id, run_name: name, status, end_time: endMs });
    },
  };
}
