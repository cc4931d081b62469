/** Starting trainings from the form: the requests, and the errors by field. */
import { type FormEvent, useState } from "react";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { MAX_SEED } from "../../../data/random.ts";
import type { Problem } from "../../../ml/options/problem.ts";
import {
  CHECK_TRAINING_QUERY,
  type RunItem,
  START_TRAINING,
  type StartTrainingInput,
} from "../operations.ts";
import { sortErrors, sortProblems, type StartErrors, underField } from "./field_errors.ts";
import { ANY_NETWORK } from "./planned_rates.ts";
import { newKey, type StartForm } from "./read_start_form.ts";

const NO_ERRORS: StartErrors = { fields: {}, other: undefined };

interface StartOptions {
  /** Reads the form. A problem that belongs to no field keeps it from being sent. */
  read(): StartForm & { readonly problem: string | undefined };
  /** Called with the first field that has an error. */
  onRefused(field: string): void;
  onStarted(runs: readonly RunItem[]): void;
}

/** Returns the function that starts the trainings of the form, and the errors of the last attempt. */
export function useStart({ read, onRefused, onStarted }: StartOptions) {
  const [starting, setStarting] = useState(false);
  const [fields, setFields] = useState(NO_ERRORS.fields);
  const [other, setOther] = useProblem();
  const setErrors = (found: StartErrors) => {
    setFields(found.fields);
    setOther(found.other);
  };

  const fail = (found: StartErrors) => {
    const short = Object.entries(found.fields).map(([field, text]) => [field, underField(text)]);
    setErrors({ ...found, fields: Object.fromEntries(short) });
    const [first] = Object.keys(found.fields);
    if (first !== undefined) onRefused(first);
  };

  /** Drops the error of a field that is changed. */
  const forget = (field: string) => {
    if (!(field in fields)) return;
    const { [field]: _gone, ...others } = fields;
    setFields(others);
  };

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setErrors(NO_ERRORS);
    const { inputs, errors: unreadable, problem } = read();
    setStarting(true);
    const runs: RunItem[] = [];
    try {
      if (problem !== undefined || Object.keys(unreadable).length > 0) {
        // The rest is checked as well, so that all problems show at once.
        const { fields, other } = sortProblems(await checkAll(inputs.map(withoutNetwork)));
        return fail({ fields: { ...fields, ...unreadable }, other: problem ?? other });
      }
      const problems = inputs.length > 1 ? await checkAll(inputs) : [];
      if (problems.length > 0) return fail(sortProblems(problems));
      for (const input of withSameSeed(inputs)) {
        const variables = { input: { ...input, idempotencyKey: newKey() } };
        runs.push((await request(START_TRAINING, variables)).startTraining.run);
      }
    } catch (problem) {
      const { fields, other } = sortErrors(problem);
      const started = `${runs.length} of ${inputs.length} trainings were started.`;
      fail({ fields, other: runs.length === 0 ? other : [started, other].join(" ").trim() });
      return;
    } finally {
      setStarting(false);
    }
    onStarted(runs);
  };

  return { starting, errors: { fields, other }, start, forget };
}

/** Checks all inputs, so that none is started where one is wrong. Returns the problems of the first that has any. */
async function checkAll(inputs: readonly StartTrainingInput[]): Promise<readonly Problem[]> {
  for (const input of inputs) {
    const { checkTraining: { problems } } = await request(CHECK_TRAINING_QUERY, { input });
    if (problems.length > 0) return problems;
  }
  return [];
}

/** Puts a network that is right in place of one whose problems are known. */
function withoutNetwork(input: StartTrainingInput): StartTrainingInput {
  return input?.network ? { ...input, network: ANY_NETWORK } : input;
}

/** Gives trainings that are to be compared one seed, unless they have seeds: nothing else differs then. */
function withSameSeed(inputs: readonly StartTrainingInput[]): readonly StartTrainingInput[] {
  if (inputs.length === 1) return inputs;
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return inputs.map((input) => ({ seed: seed % MAX_SEED, ...input }));
}
