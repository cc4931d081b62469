/** The choices of a training besides its network, data and numbers. */
import { type Part, partDefinition } from "../parts.ts";
import { fieldsOf, partText } from "./part_text.ts";

/**
 * Lists what was chosen for a training besides data and numbers: 'SGD, momentum 0.9', 'cosine schedule'.
 *
 * @param input an input of startTraining
 */
export function mainSettings(input: unknown): readonly string[] {
  const given = fieldsOf(input);
  const textOf = (part: Part) => partText(part, given[part]);
  const [optimizer, schedule] = [textOf("optimizer"), textOf("schedule")];
  const others = MAIN_PARTS.flatMap((part) => {
    const text = textOf(part);
    return text === undefined ? [] : [`${partDefinition(part).label.toLowerCase()} ${text}`];
  });
  return [
    ...(optimizer === undefined ? [] : [optimizer]),
    ...(schedule === undefined || schedule === "constant" ? [] : [`${schedule} schedule`]),
    ...others,
  ];
}

/** The parts that are worth a mention where they are given, beside optimizer and schedule. */
const MAIN_PARTS = [
  "warmup",
  "gradientClipNorm",
  "validationShare",
  "earlyStopping",
  "augmentation",
] as const satisfies readonly Part[];
