/** Configures graphql-codegen, whose client preset writes a typed document for each operation. */
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../../schema.graphql",
  documents: "graphql_codegen.ts",
  generates: {
    "generated/codegen/": {
      preset: "client",
      config: { documentMode: "string", useTypeImports: true },
    },
  },
  importExtension: ".ts",
};
export default config;
