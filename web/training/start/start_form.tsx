/// <reference lib="dom" />
/**
 * The form that starts a training: a recipe or a network and a button. The settings are folded away; an empty field
 * stands for the default, which is its placeholder.
 */
import { type FormEvent, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { count } from "../../../lib/format.ts";
import { LOSSES } from "../../../ml/losses/losses.ts";
import { optimizerName } from "../../../ml/optimizers/optimizers.ts";
import { fieldDefinition, NUMBER_FIELDS } from "../../../ml/spec/fields.ts";
import type { Part } from "../../../ml/spec/parts.ts";
import { lazyEditor } from "../../graphiql/lazy_editor.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { TextField } from "../../parts/text_field.tsx";
import { LearningRates } from "../charts/learning_rates.tsx";
import { type RunItem, START_TRAINING, type StartTrainingInput } from "../operations.ts";
import { nameOfKind } from "../../../ml/spec/words/part_text.ts";
import { type FieldTexts, type InitialForm, initialFormFrom } from "./initial/initial_form.ts";
import { FilledNote } from "./initial/filled_note.tsx";
import { FieldTextsContext } from "./initial/field_texts.ts";
import { useChanges } from "./initial/use_changes.ts";
import { AugmentedSamples } from "./augmented_samples.tsx";
import { type ChosenDataset, DEFAULT_CHOICE } from "./dataset/chosen_dataset.ts";
import { DeviceSelect } from "./device_select.tsx";
import { EngineSelect } from "./engine_select.tsx";
import { type FieldErrors, fieldText, optionField } from "./field_names.ts";
import type { TextProblem } from "./network/layers_editor.tsx";
import type { Settings } from "./network/layers_text.ts";
import { type NetworkDefaults, useNetwork } from "./network/use_network.ts";
import { loadYaml } from "./network/yaml_store.ts";
import { NetworkTable } from "./network_table.tsx";
import { PartFields } from "./part_fields.tsx";
import { readStartForm } from "./read_start_form.ts";
import { startFacts } from "./footer/start_facts.ts";
import { StartFooter } from "./footer/start_footer.tsx";
import { StartLine } from "./start_line.tsx";
import { usePlanned } from "./use_planned.ts";
import { useStart } from "./use_start.ts";

const NO_TEXTS: FieldTexts = {};
const LOSS_KIND = optionField("loss", "kind");

const LayersEditor = lazyEditor(async () => {
  const [{ LayersEditor }] = await Promise.all([import("./network/layers_editor.tsx"), loadYaml()]);
  return LayersEditor;
});

interface StartFormProps {
  /** The settings to begin with, in place of the defaults. */
  readonly initial?: InitialForm | undefined;
  /** The datasets that can be trained on. */
  readonly datasets: readonly ChosenDataset[];
  /** Undoes that the form was filled in from a text; undefined if it was not. */
  readonly onUndo?: (() => void) | undefined;
  /** Called with all settings of a training that were written in place of layers, and the form before. */
  onFill(settings: Settings, before: InitialForm): void;
  onStarted(runs: readonly RunItem[]): void;
}

/** The form with all its fields; the training starts when it is submitted. */
export function StartForm({ initial, datasets, onUndo, onFill, onStarted }: StartFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const settings = useRef<HTMLDetailsElement>(null);
  const [dataset, setDataset] = useState(initial?.dataset ?? DEFAULT_CHOICE);
  const [loss, setLoss] = useState(initial?.texts[LOSS_KIND] ?? "");
  const network = useNetwork({ dataset, datasets, loss }, initial);
  const { defaults, summary, problems } = network;

  const formData = () => new FormData(form.current ?? undefined);
  const read = () => readStartForm(formData(), network.chosen);
  const { rates, augmented, refresh } = usePlanned(() => read().input, dataset);
  const { changed, compare } = useChanges(initial, formData);
  const [inputs, setInputs] = useState<readonly StartTrainingInput[]>([{}]);
  useEffect(() => {
    // The texts that the form begins with are in the document now.
    setInputs(read().inputs);
  }, [network.choice]);
  const noteChanges = (event?: FormEvent) => {
    if (event && "name" in event.target) forget(String(event.target.name));
    refresh();
    compare();
    setInputs(read().inputs);
    setLoss(fieldText(formData(), LOSS_KIND));
  };
  const fill = (settings: Settings, layers: string) =>
    onFill(settings, initialFormFrom({ network: network.choice, layers, dataset }, formData()));
  const unfold = () => settings.current?.setAttribute("open", "");
  const { starting, errors, start, forget } = useStart({
    read: () => ({ ...read(), problem: problems.find(isError)?.message }),
    onRefused(field) {
      // The field with the error may be hidden in the settings.
      unfold();
      const element = form.current?.elements.namedItem(field);
      if (element instanceof HTMLElement) element.focus();
    },
    onStarted,
  });

  return (
    <form
      ref={form}
      className="start"
      aria-label="Start a training"
      noValidate
      onSubmit={start}
      onChange={noteChanges}
    >
      <StartLine
        {...{ network, dataset, unfold }}
        error={errors.fields.dataset}
        onDataset={setDataset}
      />
      {onUndo && <FilledNote onUndo={onUndo} />}
      <p className="panel-note" role="status">{listOf(changed)}</p>
      <div className="start-more">
        <details ref={settings} open={initial !== undefined}>
          <summary>Settings and network</summary>
          <StartColumns network={network} onFill={fill}>
            <SettingsFields
              texts={initial?.texts ?? NO_TEXTS}
              {...{ defaults, dataset, errors: errors.fields, onListChange: noteChanges }}
            />
            <LearningRates rates={rates} />
          </StartColumns>
          {augmented && <AugmentedSamples augmented={augmented} />}
        </details>
        <OperationsButton
          title="Start a training"
          operations={() =>
            read().inputs.map((input) => shown(input?.name ?? "Start", START_TRAINING, { input }))}
        />
      </div>
      <StartFooter
        facts={startFacts({ inputs, defaults, dataset, parameters: summary?.totalParameters })}
        trainings={inputs.length}
        {...{ starting, errors }}
      />
    </form>
  );
}

interface StartColumnsProps {
  readonly network: ReturnType<typeof useNetwork>;
  /** Called with the settings of a training in the text, and the layers before. */
  onFill(settings: Settings, layers: string): void;
  /** The fields of the settings. */
  readonly children: ReactNode;
}

/** Lays out the settings beside the network's shapes; with layers of one's own, below the layers and their shapes. */
function StartColumns({ network, onFill, children }: StartColumnsProps) {
  const { chosen, layers, problems, summary, write } = network;
  const { settings } = layers.network;
  const isWritten = chosen !== "recipe";
  const table = <NetworkTable model={summary ?? layers.lastSummary} isOutdated={!summary} />;
  return (
    <>
      {isWritten && (
        <div className="start-columns">
          <p className="panel-note start-syntax">
            Your layers in YAML, JSON or GraphQL: the list alone, or the settings of a whole
            training as in a file for <code>--config</code>.
          </p>
          <Suspense fallback={<div className="layers-editor" aria-busy="true" />}>
            <LayersEditor
              text={layers.text}
              problems={problems}
              onFill={settings && (() => onFill(settings, layers.text))}
              onChange={write}
              onPaste={(text, before) => {
                const { settings } = layers.read(text);
                if (settings) onFill(settings, before);
              }}
            />
          </Suspense>
          {table}
        </div>
      )}
      <div className="start-columns">
        <div className={isWritten ? "start-fields start-fields-wide" : "start-fields"}>
          {children}
        </div>
        {!isWritten && table}
      </div>
    </>
  );
}

function isError({ severity }: TextProblem): boolean {
  return severity === "error";
}

function listOf(changed: readonly string[]): string {
  return changed.length === 0 ? "" : `Changed: ${changed.join(", ")}.`;
}

interface SettingsFieldsProps {
  /** The texts that the fields begin with. */
  readonly texts: FieldTexts;
  readonly defaults: NetworkDefaults;
  readonly dataset: ChosenDataset;
  readonly errors: FieldErrors;
  onListChange(): void;
}

function SettingsFields({ texts, defaults, dataset, errors, onListChange }: SettingsFieldsProps) {
  return (
    <FieldTextsContext value={texts}>
      <p className="panel-note">
        Several numbers in a field, such as 0.001 0.01 0.1, start a training for each and compare
        them.
      </p>
      {NUMBER_FIELDS.map((field) => {
        const { rule, label, default: fallback } = fieldDefinition(field);
        return (
          <TextField
            key={field}
            name={field}
            label={label}
            keys={rule.kind === "integer" ? "numeric" : "decimal"}
            placeholder={written(fallback.of({ recipe: defaults, size: dataset }) ?? fallback.text)}
            error={errors[field]}
            initial={texts[field]}
          />
        );
      })}
      <PartFields
        errors={errors}
        defaultOf={(part) => defaultOfPart(part, defaults)}
        onListChange={onListChange}
      />
      <TextField
        name="startFrom"
        label="Start from"
        placeholder="random weights; a run's id, or ID@EPOCH"
        error={errors.startFrom}
        initial={texts.startFrom}
      />
      <TextField
        name="name"
        label="Name"
        placeholder="automatic"
        error={errors.name}
        initial={texts.name}
      />
      <DeviceSelect error={errors.device} />
      <EngineSelect error={errors.engine} />
    </FieldTextsContext>
  );
}

/** Writes a default: large numbers in groups, as everywhere. */
function written(value: number | string): string {
  return typeof value === "number" && Number.isInteger(value) ? count(value) : String(value);
}

/** Returns the default of a part in words. Those that are a kind of the list say that they are the default. */
function defaultOfPart(part: Part, { optimizer, loss }: NetworkDefaults): string {
  switch (part) {
    case "optimizer":
      return `Default: ${optimizerName(optimizer)}`;
    case "loss":
      return `Default: ${nameOfKind(loss.kind, LOSSES[loss.kind])}`;
    case "schedule":
      return "constant";
    case "normalization":
      return "Default";
    case "validationShare":
      return "0";
    default:
      return "none";
  }
}
