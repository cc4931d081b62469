/** Every GraphQL operation that imports, follows and deletes datasets, and names for their types. */
import { graphql, operation, type VariablesIn } from "../../api/operation.ts";

/** Input of an import. */
export type ImportInput = VariablesIn<typeof IMPORT_DATASET>["input"];

export const CREATE_UPLOAD = operation(
  graphql(/* GraphQL */ `mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id url } }
}`),
);

export const IMPORT_DATASET = operation(
  graphql(/* GraphQL */ `mutation ImportDataset($input: ImportDatasetInput!) {
  importDataset(input: $input) { dataset { name } }
}`),
);

export const CANCEL_IMPORT = operation(
  graphql(/* GraphQL */ `mutation CancelImport($name: String!) {
  cancelImport(name: $name) { dataset { name } }
}`),
);

export const DELETE_DATASET = operation(
  graphql(/* GraphQL */ `mutation DeleteDataset($name: String!) {
  deleteDataset(name: $name) { deletedName }
}`),
);

export const DATASET_IMPORTS = operation(graphql(/* GraphQL */ `subscription DatasetImports {
  datasetImports { name state imported }
}`));

export const IMPORT_PROBLEMS = operation(
  graphql(/* GraphQL */ `query ImportProblems($name: String!) {
  dataset(name: $name) {
    problems(first: 100) { file message }
  }
}`),
);
