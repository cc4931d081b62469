/** The column types that differ between databases. */
import type { ColumnDefinitionBuilder, CreateTableBuilder } from "kysely";

type ColumnType = Parameters<CreateTableBuilder<string>["addColumn"]>[1];

/** Column types of a database. */
export interface ColumnTypes {
  /** Integers up to 2^53. */
  readonly integer: ColumnType;
  /** Float64. */
  readonly number: ColumnType;
  /** Text sorted by code points. */
  readonly sortedText: ColumnType;
  /** Primary key from a sequence; no number is used twice. */
  readonly counter: ColumnType;
  readonly counting: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}
