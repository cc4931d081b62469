/** The folders that hold a machine's fonts, which fontconfig and macOS look into. */
import { join } from "node:path";

/** Returns the folders of fonts that everyone on this machine has, and those of the user. They need not exist. */
export function fontFolders(): readonly string[] {
  const home = Deno.env.get("HOME");
  if (Deno.build.os === "darwin") {
    return ["/System/Library/Fonts", "/Library/Fonts", ...ofUser(home, "Library/Fonts")];
  }
  return [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    ...ofUser(home, ".local/share/fonts"),
    ...ofUser(home, ".fonts"),
  ];
}

function ofUser(home: string | undefined, folder: string): readonly string[] {
  return home ? [join(home, folder)] : [];
}
