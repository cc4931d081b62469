/** Names of places that keep checkpoints: a folder's path, or 's3://bucket/prefix'. */
import { resolve } from "node:path";

/** A parsed location. */
export type CheckpointLocation =
  | { readonly kind: "folder"; readonly path: string }
  | {
    readonly kind: "s3";
    readonly bucket: string;
    /** 'a/b', or '' where keys begin in the bucket itself. */
    readonly prefix: string;
  };

/** Rule for locations, for error messages. */
export const LOCATION_RULE = "the path of a folder or s3://BUCKET/PREFIX";

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9!_.*'()-]+)*)\/?$/;

/** Parses a location; undefined if it is invalid. */
export function parseLocation(location: string): CheckpointLocation | undefined {
  const [, bucket, path = ""] = S3.exec(location) ?? [];
  if (bucket !== undefined) {
    // Some stores take dots for folders, some do not.
    if (bucket.includes("..") || path.split("/").some((part) => /^\.+$/.test(part))) {
      return undefined;
    }
    return { kind: "s3", bucket, prefix: path.slice(1) };
  }
  const isOtherUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(location);
  if (location === "" || location.includes("\0") || isOtherUrl) return undefined;
  return { kind: "folder", path: location };
}

/** Makes a folder's path absolute, so that the location holds in any working directory. */
export function absoluteLocation(location: string): string {
  return parseLocation(location)?.kind === "s3" ? location : resolve(location);
}
