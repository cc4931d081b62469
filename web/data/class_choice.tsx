/** The choice of one class, or all: buttons for a few classes, a list for many. */
import { count } from "../../lib/format.ts";
import { useAnswer } from "../api/use_answer.ts";
import { Choice } from "../parts/choice.tsx";
import { CLASS_COUNTS_QUERY, type Dataset, type Split } from "./operations.ts";

const EVERY_CLASS = -1;

/** The largest number of classes that are buttons. */
const MAX_BUTTONS = 20;

interface ClassChoiceProps {
  readonly dataset: Dataset;
  readonly split: Split;
  /** Null for all. */
  readonly chosen: number | null;
  onChoose(label: number | null): void;
}

/** Buttons for the classes of a dataset; a select if there are many. */
export function ClassChoice({ dataset, split, chosen, onChoose }: ClassChoiceProps) {
  const { name, classes } = dataset;
  const counts = useAnswer(CLASS_COUNTS_QUERY, { name, split }).data?.dataset?.classCounts;
  const samplesOf = (label: number) => {
    const samples = counts?.[label];
    return samples === undefined ? undefined : `${count(samples)} samples`;
  };
  const value = chosen ?? EVERY_CLASS;
  const choose = (label: number) => onChoose(label === EVERY_CLASS ? null : label);
  if (classes.length <= MAX_BUTTONS) {
    const options = [
      { value: EVERY_CLASS, text: "All" },
      ...classes.map((text, value) => ({ value, text, title: samplesOf(value) })),
    ];
    return <Choice label="Class" options={options} chosen={value} onChoose={choose} />;
  }
  return (
    <select
      className="field-input data-name"
      aria-label="Class"
      value={value}
      onChange={({ target }) => choose(Number(target.value))}
    >
      <option value={EVERY_CLASS}>All classes</option>
      {classes.map((name, label) => (
        <option key={name} value={label} title={samplesOf(label)}>{name}</option>
      ))}
    </select>
  );
}
