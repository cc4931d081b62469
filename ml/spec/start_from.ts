/** The weights that a training begins with, in place of random ones: another run's checkpoint, or a file. */
import { type Problem, show, unknownProblem, valueProblem } from "../options/problem.ts";

/** The origin of a training's first weights, and their digest: a resumed training begins with the same. */
export type StartFrom =
  | {
    readonly kind: "checkpoint";
    readonly runId: string;
    /** The epoch of its last step; 0 if it holds the weights that the run itself began with. */
    readonly epoch: number;
    readonly step: number;
    /** SHA-256 of the file with the weights alone, hexadecimal. */
    readonly sha256: string;
  }
  | { readonly kind: "file"; readonly fileName: string; readonly sha256: string };

/**
 * A client's choice, checked in form: a checkpoint of a run, the newest if neither epoch nor name is given; or a file.
 */
export type StartChoice =
  | {
    readonly kind: "checkpoint";
    readonly runId: string;
    readonly epoch: number | undefined;
    readonly name: string | undefined;
  }
  | { readonly kind: "file"; readonly file: string };

const FORMS = ["checkpoint", "file"];
const CHECKPOINT_OPTIONS = ["runId", "epoch", "name"];

/** Parses a choice. Returns undefined if there is none, or with a problem. */
export function parseStartChoice(value: unknown, problems: Problem[]): StartChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const given = fieldsOf(value);
  if (!given) {
    problems.push(valueProblem(["startFrom"], "startFrom", value, "an object"));
    return undefined;
  }
  const unknown = Object.keys(given).filter((name) => !FORMS.includes(name));
  problems.push(
    ...unknown.map((name) => unknownProblem(["startFrom", name], "field", name, FORMS)),
  );
  const [form, other] = FORMS.filter((name) => name in given);
  if (form === undefined || other !== undefined) {
    if (unknown.length === 0) {
      const rule = `exactly one of ${FORMS.join(" and ")}`;
      problems.push(valueProblem(["startFrom"], "startFrom", value, rule));
    }
    return undefined;
  }
  if (unknown.length > 0) return undefined;
  return form === "file"
    ? parseFile(given.file, problems)
    : parseCheckpoint(given.checkpoint, problems);
}

function parseFile(file: unknown, problems: Problem[]): StartChoice | undefined {
  if (typeof file === "string" && file !== "") return { kind: "file", file };
  problems.push(valueProblem(["startFrom", "file"], "file", file, "the id of an upload"));
  return undefined;
}

function parseCheckpoint(value: unknown, problems: Problem[]): StartChoice | undefined {
  const path = ["startFrom", "checkpoint"];
  const before = problems.length;
  const given = fieldsOf(value);
  if (!given) {
    problems.push(valueProblem(path, "checkpoint", value, "an object with a runId"));
    return undefined;
  }
  for (const name of Object.keys(given).filter((name) => !CHECKPOINT_OPTIONS.includes(name))) {
    problems.push(unknownProblem([...path, name], "field", name, CHECKPOINT_OPTIONS));
  }
  const { runId, epoch = null, name = null } = given;
  if (typeof runId !== "string" || runId === "") {
    problems.push(valueProblem([...path, "runId"], "runId", runId, "the id of a run"));
  }
  if (epoch !== null && !(Number.isInteger(epoch) && Number(epoch) >= 0)) {
    problems.push(
      valueProblem([...path, "epoch"], "epoch", epoch, "a whole number from 0 on"),
    );
  }
  if (name !== null && (typeof name !== "string" || name.trim() === "")) {
    problems.push(valueProblem([...path, "name"], "name", name, "the name of a checkpoint"));
  }
  if (epoch !== null && name !== null) {
    problems.push({
      path: [...path, "name"],
      message: `Cannot train: epoch and name must not both be given, got ${show(epoch)} and ${
        show(name)
      }.`,
    });
  }
  if (problems.length > before) return undefined;
  return {
    kind: "checkpoint",
    runId: String(runId),
    epoch: epoch === null ? undefined : Number(epoch),
    name: name === null ? undefined : String(name).trim(),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined;
}

/** Tells whether a value from a file is an origin of weights, or null. */
export function isStartFrom(value: unknown): value is StartFrom | null {
  if (value === null) return true;
  const { kind, ...rest } = fieldsOf(value) ?? {};
  const types: Readonly<Record<string, string>> | undefined = kind === "checkpoint"
    ? { runId: "string", epoch: "number", step: "number", sha256: "string" }
    : kind === "file"
    ? { fileName: "string", sha256: "string" }
    : undefined;
  return types !== undefined && Object.keys(rest).length === Object.keys(types).length &&
    Object.entries(types).every(([name, type]) => typeof rest[name] === type);
}

/** Reads a checkpoint from a text, 'RUN' or 'RUN@EPOCH', as a choice in the form of a request. */
export function checkpointFromText(text: string): { readonly checkpoint: object } {
  const [runId = "", epoch, ...rest] = text.trim().split("@");
  if (epoch === undefined) return { checkpoint: { runId } };
  const isNumber = /^\d{1,9}$/.test(epoch) && rest.length === 0;
  return { checkpoint: { runId, epoch: isNumber ? Number(epoch) : epoch } };
}
