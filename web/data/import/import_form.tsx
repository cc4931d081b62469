/** The settings of an import: the dataset's name, and how its images are brought to one form. */
import { SelectField } from "../../parts/select_field.tsx";
import { TextField } from "../../parts/text_field.tsx";
import { datasetNameOf } from "../../../data/reference.ts";
import { isArchive, isTable } from "./read_import_form.ts";

interface ImportFieldsProps {
  readonly fileName: string;
}

/** A field whose value the server checks as a whole with the others. */
const PLAIN = { placeholder: "", error: undefined } as const;

/** The fields of an import, with defaults that follow from the file's name. */
export function ImportFields({ fileName }: ImportFieldsProps) {
  return (
    <div className="import-fields">
      <TextField {...PLAIN} name="name" label="Name" initial={datasetNameOf(fileName)} />
      {isTable(fileName)
        ? <TextField {...PLAIN} name="label" label="Column of the labels" placeholder="detected" />
        : <ImageFields />}
      <TextField
        {...PLAIN}
        name="testShare"
        label="Test share, %"
        keys="decimal"
        initial="20"
      />
      {isArchive(fileName) && (
        <TextField {...PLAIN} name="set" label="Subset" placeholder="of EMNIST: letters" />
      )}
    </div>
  );
}

function ImageFields() {
  return (
    <>
      <TextField {...PLAIN} name="width" label="Width" keys="numeric" initial="32" />
      <TextField {...PLAIN} name="height" label="Height" keys="numeric" initial="32" />
      <SelectField name="color" label="Colour" error={undefined}>
        <option value="RGB">RGB</option>
        <option value="GREY">Grey</option>
      </SelectField>
      <SelectField name="fit" label="Fit" error={undefined}>
        <option value="COVER">Cut edges off</option>
        <option value="CONTAIN">Add black bars</option>
        <option value="STRETCH">Stretch</option>
      </SelectField>
    </>
  );
}
