/// <reference lib="dom" />
/** The address of what the page shows: it survives a reload, can be sent to others, and goes back with the browser. */
import { createValueStore, useValue } from "./value_store.ts";

/** A view of the page, with what it is about. */
export type Address =
  /** A run; the newest without an id. */
  | { readonly view: "run"; readonly id?: string }
  /** The form that starts a training: with the settings of a run, and with the weights that it had after an epoch. */
  | {
    readonly view: "new";
    readonly like?: string;
    readonly epoch?: number;
    /** The name of the dataset that is chosen first. */
    readonly dataset?: string;
  }
  /** Several runs side by side, in this order. */
  | { readonly view: "compare"; readonly ids: readonly string[] }
  /** A dataset, by its name; the first one without. */
  | { readonly view: "data"; readonly dataset?: string };

/** Reads an address. Unknown paths show the newest run. */
function parseAddress({ pathname, search }: { pathname: string; search: string }): Address {
  const [, first = "", id] = pathname.split("/");
  switch (first) {
    case "new": {
      const query = new URLSearchParams(search);
      const like = query.get("like");
      const dataset = query.get("dataset");
      if (!like) return { view: "new", ...dataset && { dataset } };
      const epoch = query.get("epoch") ?? "";
      const start = /^\d{1,9}$/.test(epoch) ? { epoch: Number(epoch) } : {};
      return { view: "new", like: padded(like), ...start };
    }
    case "data":
      return id ? { view: "data", dataset: id } : { view: "data" };
    case "compare": {
      const ids = new URLSearchParams(search).get("runs")?.split(",").filter(Boolean) ?? [];
      return ids.length === 0 ? { view: "run" } : { view: "compare", ids: ids.map(padded) };
    }
    case "runs":
      return id ? { view: "run", id: padded(id) } : { view: "run" };
    default:
      return { view: "run" };
  }
}

/** Writes an address as path and query. */
export function formatAddress(address: Address): string {
  switch (address.view) {
    case "run":
      return address.id === undefined ? "/" : `/runs/${unpadded(address.id)}`;
    case "compare":
      return `/compare?runs=${address.ids.map(unpadded).join(",")}`;
    case "new": {
      if (address.like === undefined) {
        const { dataset } = address;
        return dataset === undefined ? "/new" : `/new?dataset=${encodeURIComponent(dataset)}`;
      }
      const epoch = address.epoch === undefined ? "" : `&epoch=${address.epoch}`;
      return `/new?like=${unpadded(address.like)}${epoch}`;
    }
    case "data":
      return address.dataset === undefined ? "/data" : `/data/${address.dataset}`;
    default:
      return address satisfies never;
  }
}

/** Ids are Base64: the padding at their end would have to be escaped. */
function unpadded(id: string): string {
  return id.replace(/=+$/, "");
}

function padded(id: string): string {
  return id.padEnd(Math.ceil(id.length / 4) * 4, "=");
}

const shown = createValueStore(parseAddress(location));
addEventListener("popstate", () => shown.set(parseAddress(location)));

/**
 * Shows another address.
 *
 * @param replace replaces the present entry of the browser's history in place of adding one
 */
export function navigate(address: Address, { replace = false } = {}): void {
  const target = formatAddress(address);
  if (target === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  shown.set(parseAddress(location));
}

/** Returns the address, and renders again when it changes. */
export function useAddress(): Address {
  return useValue(shown);
}
