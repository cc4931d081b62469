/** The file of `deno task train --config`: an input of startTraining in YAML or JSON. */
import { reasonOf } from "../../lib/error_message.ts";
import { readYaml } from "../../lib/text/yaml.ts";
import { type Path, type Problem, show } from "../../ml/options/problem.ts";
import { settingProblems } from "../../ml/spec/input_settings.ts";

/** A file that was read. */
export interface ConfigFile {
  readonly input: Readonly<Record<string, unknown>>;
  /** Returns the position of a value, or of the nearest one around it: 'run.yaml:3:5'. */
  positionOf(path: Path): string;
  /** Returns the line of that position, to list problems in the order of the file. */
  lineOf(path: Path): number;
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
  const yaml = readYaml(text);
  const at = (offset: number) => {
    const { line, column } = yaml.placeOf(offset);
    return `${path}:${line}:${column}`;
  };
  if (!yaml.ok) return wrong(`${at(yaml.offset)}: Cannot read YAML: ${yaml.reason}.`);
  const { value: input } = yaml;
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return wrong(
      `${at(0)}: Cannot train: the file must have settings by name, got ${show(input)}.`,
    );
  }
  const offsetOf = (path: Path) => yaml.find(path).valueStart;
  const positionOf = (path: Path) => at(offsetOf(path));
  const lineOf = (path: Path) => yaml.placeOf(offsetOf(path)).line;
  const problems = settingProblems(input);
  return { ok: true, file: { input: { ...input }, positionOf, lineOf, problems } };
}
