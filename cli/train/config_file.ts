/** The file of `deno task train --config`: an input of startTraining in YAML or JSON. */
import { isNode, LineCounter, parseDocument } from "yaml";
import { errorMessage } from "../../lib/error_message.ts";
import { type Path, type Problem, show, unknownProblem } from "../../ml/options/problem.ts";
import { CHOSEN_FIELDS } from "../../ml/spec/fields.ts";
import { PARTS } from "../../ml/spec/parts.ts";

/** The settings that a file can have: the fields of StartTrainingInput. */
const SETTINGS = [
  "network",
  ...PARTS,
  "startFrom",
  ...CHOSEN_FIELDS,
  "name",
  "idempotencyKey",
];

/** A file that was read. */
export interface ConfigFile {
  readonly input: Readonly<Record<string, unknown>>;
  /** Returns the position of a value, or of the nearest one around it: 'run.yaml:3:5'. */
  positionOf(path: Path): string;
  /** Problems of its settings that no parser of a request reports. */
  readonly problems: readonly Problem[];
}

/** The result of reading a file: its settings, or a line with what is wrong with it. */
export type ReadConfigFile =
  | { readonly ok: true; readonly file: ConfigFile }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a file. JSON is read as YAML, which it is.
 *
 * @param read reads a file's text
 */
export function readConfigFile(
  path: string,
  read: (path: string) => string = Deno.readTextFileSync,
): ReadConfigFile {
  const wrong = (problem: string) => ({ ok: false, problem } as const);
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : reasonOf(error);
    return wrong(`Cannot train with --config ${show(path)}: ${reason}.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [first] = document.errors;
  if (first) {
    const reason = first.code === "MULTIPLE_DOCS" ? "there must be one document" : reasonOf(first);
    return wrong(`${at(first.pos[0])}: Cannot read YAML: ${reason}.`);
  }
  let input: unknown;
  try {
    input = document.toJS();
    // A value that contains itself has no form in JSON.
    JSON.stringify(input);
  } catch (error) {
    return wrong(`${at(0)}: Cannot read YAML: ${reasonOf(error)}.`);
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return wrong(
      `${at(0)}: Cannot train: the file must have settings by name, got ${show(input)}.`,
    );
  }
  const positionOf = (path: Path): string => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) && node.range ? at(node.range[0]) : positionOf(path.slice(0, -1));
  };
  return { ok: true, file: { input: { ...input }, positionOf, problems: problemsOf(input) } };
}

function problemsOf(input: object): readonly Problem[] {
  const problems = Object.keys(input).filter((name) => !SETTINGS.includes(name))
    .map((name) => unknownProblem([name], "setting", name, SETTINGS));
  const { network } = input as { readonly network?: unknown };
  if (typeof network === "object" && network !== null && "like" in network) {
    problems.push({
      path: ["network", "like"],
      message:
        "Cannot train with like: a file must have the layers themselves, as the API's run { input } has them.",
    });
  }
  return problems;
}

/** Returns an error's message in one line, without a full stop. */
function reasonOf(error: unknown): string {
  return errorMessage(error).replaceAll(/\s*\n\s*/g, " ").replace(/\.$/, "");
}
