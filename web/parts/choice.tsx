/** A choice among a few options: buttons in a row, the chosen one pressed. */

interface ChoiceProps<Value extends string | number> {
  /** The label for screen readers. */
  readonly label: string;
  readonly options: readonly {
    readonly value: Value;
    readonly text: string;
    readonly title?: string | undefined;
  }[];
  readonly chosen: Value;
  onChoose(value: NoInfer<Value>): void;
}

/** A group of buttons, one of which is pressed. */
export function Choice<Value extends string | number>(
  { label, options, chosen, onChoose }: ChoiceProps<Value>,
) {
  return (
    <div className="choice" role="group" aria-label={label}>
      {options.map(({ value, text, title }) => (
        <button
          key={value}
          type="button"
          className="choice-item"
          title={title}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
