/** The server's devices; an unavailable one cannot be chosen and shows the reason. */
import { useState } from "react";
import { useAnswer } from "../../api/use_answer.ts";
import { SelectField } from "../../parts/select_field.tsx";
import { useFieldTexts } from "./initial/field_texts.ts";
import { DEVICES_QUERY } from "../operations.ts";

const NO_VARIABLES = {};

/** A select of the devices, listed again whenever it gets the focus. */
export function DeviceSelect({ error }: { readonly error: string | undefined }) {
  const { device: initial = "AUTO" } = useFieldTexts();
  const [looks, setLooks] = useState(0);
  // AUTO needs no list.
  const devices = useAnswer(DEVICES_QUERY, NO_VARIABLES, looks).data?.devices ?? [];
  return (
    <SelectField
      name="device"
      label="Device"
      error={error}
      defaultValue={initial}
      // Workers start and stop, and with them their devices.
      onFocus={() => setLooks(looks + 1)}
    >
      <option value="AUTO">Auto (best available)</option>
      {initial !== "AUTO" && !devices.some(({ kind }) => kind === initial) && (
        <option value={initial}>{initial}</option>
      )}
      {devices.filter(({ kind }) => kind !== "AUTO").map(({ kind, name, available, reason }) => (
        <option key={kind} value={kind} disabled={!available} title={reason ?? name}>
          {available ? name : `${kind}: not available`}
        </option>
      ))}
    </SelectField>
  );
}
