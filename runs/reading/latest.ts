/** The word for the newest run, wherever one is named: in commands, and in addresses of files. */
export const LATEST = "latest";
