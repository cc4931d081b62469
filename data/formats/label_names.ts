/** The names of columns of labels. */

/** The names that columns of labels have, the likeliest first. */
export const LABEL_NAMES = [
  "label",
  "labels",
  "class",
  "target",
  "species",
  "y",
  "category",
  "fine_label",
];
