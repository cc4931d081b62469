/// <reference lib="dom" />
/** The fields of a list: a select that adds an entry, and for each entry the options of its kind. */
import { useEffect, useRef, useState } from "react";
import type { Kinds } from "../../../ml/options/kinds.ts";
import type { Part } from "../../../ml/spec/parts.ts";
import { SelectField } from "../../parts/select_field.tsx";
import type { FieldTexts } from "./initial/initial_form.ts";
import { useFieldTexts } from "./initial/field_texts.ts";
import { type FieldErrors, listField } from "./field_names.ts";
import { OptionFields } from "./option_fields.tsx";

interface ListFieldsProps {
  readonly part: Part;
  readonly label: string;
  readonly fallback: string;
  readonly kinds: Kinds;
  readonly errors: FieldErrors;
  /** Called after the list has got or lost an entry, or its order has changed. */
  onChange(): void;
}

/** An entry; its number stays the same wherever it moves. */
interface Entry {
  readonly number: number;
  readonly kind: string;
  /** Its texts at first, by option. */
  initialOf(option: string): string | undefined;
}

/** Returns the entries that a list begins with. */
function firstEntries(part: Part, kinds: Kinds, texts: FieldTexts): readonly Entry[] {
  const entries: Entry[] = [];
  for (;;) {
    const at = entries.length;
    const { [listField(part, at, "kind")]: kind = "" } = texts;
    if (!kinds[kind]) return entries;
    const initialOf = (option: string) => texts[listField(part, at, option)];
    entries.push({ number: at + 1, kind, initialOf });
  }
}

/** The entries of a list, which can be added, moved up and removed. */
export function ListFields({ part, label, fallback, kinds, errors, onChange }: ListFieldsProps) {
  const texts = useFieldTexts();
  const [entries, setEntries] = useState(() => firstEntries(part, kinds, texts));
  const numbers = useRef(entries.length);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => changed.current(), [entries]);

  const add = (kind: string) =>
    setEntries([...entries, { number: ++numbers.current, kind, initialOf: () => undefined }]);
  const remove = (at: number) => setEntries(entries.toSpliced(at, 1));
  const moveUp = (at: number) =>
    setEntries(entries.flatMap((entry, place) => {
      if (place === at) return [];
      const moved = place === at - 1 ? entries[at] : undefined;
      return moved ? [moved, entry] : [entry];
    }));

  return (
    <div className={entries.length > 0 ? "start-part start-list" : "start-part"}>
      {entries.map(({ number, kind, initialOf }, at) => (
        <EntryFields
          key={number}
          part={part}
          at={at}
          kind={kind}
          kinds={kinds}
          errors={errors}
          initialOf={initialOf}
          onRemove={() => remove(at)}
          {...(at > 0 ? { onMoveUp: () => moveUp(at) } : {})}
        />
      ))}
      <AddSelect
        name={part}
        label={entries.length > 0 ? `Add to ${label.toLowerCase()}` : label}
        placeholder={entries.length > 0 ? "choose…" : fallback}
        kinds={kinds}
        error={errors[part]}
        onAdd={add}
      />
    </div>
  );
}

interface EntryFieldsProps {
  readonly part: Part;
  /** Its position, from 0. */
  readonly at: number;
  readonly kind: string;
  readonly kinds: Kinds;
  readonly errors: FieldErrors;
  initialOf(option: string): string | undefined;
  onRemove(): void;
  /** Absent for the first entry. */
  onMoveUp?(): void;
}

function EntryFields(
  { part, at, kind, kinds, errors, initialOf, onRemove, onMoveUp }: EntryFieldsProps,
) {
  const fieldOf = (option: string) => listField(part, at, option);
  const { [kind]: definition } = kinds;
  const error = errors[fieldOf("kind")];
  return (
    <fieldset className="start-entry">
      <legend className="start-entry-name" title={definition?.description}>{kind}</legend>
      <input type="hidden" name={fieldOf("kind")} value={kind} />
      <div className="start-fields">
        <OptionFields
          fieldOf={fieldOf}
          options={definition?.options ?? {}}
          errors={errors}
          initialOf={initialOf}
        />
      </div>
      {error !== undefined && <p className="field-error">{error}</p>}
      <div className="buttons">
        {onMoveUp && (
          <button
            type="button"
            className="button"
            aria-label={`Move ${kind} up`}
            onClick={onMoveUp}
          >
            Move up
          </button>
        )}
        <button type="button" className="button" aria-label={`Remove ${kind}`} onClick={onRemove}>
          Remove
        </button>
      </div>
    </fieldset>
  );
}

interface AddSelectProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly kinds: Kinds;
  readonly error: string | undefined;
  onAdd(kind: string): void;
}

/** A select that is always at its placeholder: choosing a kind adds an entry. */
function AddSelect({ name, label, placeholder, kinds, error, onAdd }: AddSelectProps) {
  return (
    <SelectField
      name={name}
      label={label}
      error={error}
      value=""
      onChange={({ target }) => onAdd(target.value)}
    >
      <option value="">{placeholder}</option>
      {Object.entries(kinds).map(([kind, { description }]) => (
        <option key={kind} value={kind} title={description}>{kind}</option>
      ))}
    </SelectField>
  );
}
