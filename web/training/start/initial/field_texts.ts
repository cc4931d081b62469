/** The texts that the form's fields begin with. */
import { createContext, use } from "react";
import type { FieldTexts } from "./initial_form.ts";

/** Provides the texts to all fields of a form. */
export const FieldTextsContext = createContext<FieldTexts>({});

/** Returns the texts that the fields of this form begin with. */
export function useFieldTexts(): FieldTexts {
  return use(FieldTextsContext);
}
