/** Starting a training from the form: the request, and the errors by field. */
import { type FormEvent, useState } from "react";
import { request } from "../../api/request.ts";
import { type RunItem, START_TRAINING } from "../operations.ts";
import { sortErrors, type StartErrors } from "./field_errors.ts";
import { newKey, type StartForm } from "./read_start_form.ts";

const NO_ERRORS: StartErrors = { fields: {}, other: undefined };

interface StartOptions {
  /** Reads the form. A problem that belongs to no field keeps it from being sent. */
  read(): StartForm & { readonly problem: string | undefined };
  /** Called with the first field that has an error. */
  onRefused(field: string): void;
  onStarted(run: RunItem): void;
}

export function useStart({ read, onRefused, onStarted }: StartOptions) {
  const [starting, setStarting] = useState(false);
  const [errors, setErrors] = useState(NO_ERRORS);

  const fail = (found: StartErrors) => {
    setErrors(found);
    const [first] = Object.keys(found.fields);
    if (first !== undefined) onRefused(first);
  };

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setErrors(NO_ERRORS);
    const { input, errors: fields, problem } = read();
    if (problem !== undefined || Object.keys(fields).length > 0) {
      return fail({ fields, other: problem });
    }
    setStarting(true);
    try {
      const variables = { input: { ...input, idempotencyKey: newKey() } };
      const { startTraining } = await request(START_TRAINING, variables);
      onStarted(startTraining.run);
    } catch (problem) {
      fail(sortErrors(problem));
    } finally {
      setStarting(false);
    }
  };

  return { starting, errors, start };
}
