/**
 * Prints what this process may do, as JSON: `print_permissions.ts FOLDER`.
 */
const [folder = ""] = Deno.args;
const state = (descriptor: Deno.PermissionDescriptor) =>
  Deno.permissions.querySync(descriptor).state;
console.log(JSON.stringify({
  readFolder: state({ name: "read", path: folder }),
  readAll: state({ name: "read" }),
  writeFolder: state({ name: "write", path: folder }),
  writeAll: state({ name: "write" }),
  net: state({ name: "net" }),
  runDeno: state({ name: "run", command: Deno.execPath() }),
  runAll: state({ name: "run" }),
  ffi: state({ name: "ffi" }),
}));
