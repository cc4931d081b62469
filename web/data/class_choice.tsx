/** The choice of one class, or all: buttons for a few classes, a list for many. */
import { Choice } from "../parts/choice.tsx";

const EVERY_CLASS = -1;

/** The largest number of classes that are buttons. */
const MAX_BUTTONS = 20;

interface ClassChoiceProps {
  readonly classes: readonly string[];
  /** Null for all. */
  readonly chosen: number | null;
  onChoose(label: number | null): void;
}

export function ClassChoice({ classes, chosen, onChoose }: ClassChoiceProps) {
  const value = chosen ?? EVERY_CLASS;
  const choose = (label: number) => onChoose(label === EVERY_CLASS ? null : label);
  if (classes.length <= MAX_BUTTONS) {
    const options = [
      { value: EVERY_CLASS, text: "All" },
      ...classes.map((text, value) => ({ value, text })),
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
      {classes.map((name, label) => <option key={name} value={label}>{name}</option>)}
    </select>
  );
}
