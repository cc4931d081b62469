/** The devices that the server has; one that it has not cannot be chosen, and says why. */
import { useEffect, useState } from "react";
import { type DeviceInfo, DEVICES_QUERY } from "../api/operations.ts";
import { request } from "../api/request.ts";

export function DeviceSelect() {
  const [devices, setDevices] = useState<readonly DeviceInfo[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    request(DEVICES_QUERY, {}, abort.signal).then(
      (answer) => setDevices(answer.devices),
      () => {}, // AUTO needs no list.
    );
    return () => abort.abort();
  }, []);
  return (
    <label className="field field-wide">
      <span className="field-name">Device</span>
      <select name="device" className="field-input" defaultValue="AUTO">
        <option value="AUTO">AUTO: the best there is</option>
        {devices.filter(({ kind }) => kind !== "AUTO").map(({ kind, name, available, reason }) => (
          <option key={kind} value={kind} disabled={!available} title={reason ?? name}>
            {available ? name : `${kind}: not available`}
          </option>
        ))}
      </select>
    </label>
  );
}
