/** input ImportDatasetInput, with its parts and enums */
import type { FormatName } from "../../data/formats/format.ts";
import { NAME_RULE } from "../../data/reference.ts";
import { DEFAULT_TEST_SHARE } from "../../imports/job.ts";
import { MAX_SIDE } from "../../imports/request.ts";
import { builder } from "../base/builder.ts";

const FORMAT_VALUES = {
  AUTO: { description: "Found out by the content." },
  IMAGE_FOLDER: { description: "Images in a folder for each class." },
  IDX: { description: "Files of MNIST and its relatives." },
  CSV: { description: "Table of comma-separated values." },
  NPZ: { description: "Arrays of NumPy, as .npz or .npy." },
  PARQUET: { description: "Parquet, as Hugging Face writes it." },
  CIFAR: { description: "CIFAR-10 or CIFAR-100, binary version." },
} as const satisfies Readonly<Record<"AUTO" | FormatName, unknown>>;

const DatasetFormat = builder.enumType("DatasetFormat", {
  description: "Format of a source. Files in folders may also be in a .zip, .tar or .tar.gz.",
  values: FORMAT_VALUES,
});

const ColorMode = builder.enumType("ColorMode", {
  description: "Colour mode of images.",
  values: {
    GREY: { description: "One channel." },
    RGB: { description: "Three channels." },
  },
});

const Fit = builder.enumType("Fit", {
  description: "Way to bring an image to another aspect ratio.",
  values: {
    COVER: { description: "Edges are cut off." },
    CONTAIN: { description: "Black bars are added." },
    STRETCH: { description: "The image is distorted." },
  },
});

const DatasetSourceInput = builder.inputType("DatasetSourceInput", {
  description: "Source of an import: one of these.",
  isOneOf: true,
  fields: (t) => ({
    upload: t.string({
      description:
        "ID of a complete upload: a file, or an archive of files. It is removed once it has been imported.",
    }),
    path: t.string({
      description:
        "Path of a file or a folder on the server, in the folder that EPOCHQL_IMPORTS names. Needs the scope " +
        "'admin'.",
    }),
  }),
});

const ImageImportInput = builder.inputType("ImageImportInput", {
  description: "Preprocessing of image files.",
  fields: (t) => ({
    width: t.int({ required: true, description: `Width, 1 to ${MAX_SIDE} pixels.` }),
    height: t.int({ required: true, description: `Height, 1 to ${MAX_SIDE} pixels.` }),
    color: t.field({ type: ColorMode, defaultValue: "RGB", description: "Colour mode." }),
    fit: t.field({
      type: Fit,
      defaultValue: "COVER",
      description: "Way to bring them to this aspect ratio.",
    }),
  }),
});

const CsvImportInput = builder.inputType("CsvImportInput", {
  description: "Columns of a CSV table.",
  fields: (t) => ({
    label: t.string({
      description: "Column of the labels: its name, or its number from 1. Default: detected.",
    }),
    features: t.stringList({
      description:
        "Columns of the values, by name or number. Default: all others but an Id that numbers the rows.",
    }),
    imageShape: t.intList({
      description:
        "Shape of the image in a row, whose values are pixels then: [height, width], or " +
        "[channels, height, width].",
    }),
  }),
});

const ParquetImportInput = builder.inputType("ParquetImportInput", {
  description: "Columns of a Parquet file.",
  fields: (t) => ({
    image: t.string({ description: "Column of the images. Default: detected." }),
    label: t.string({ description: "Column of the labels. Default: detected." }),
  }),
});

const IdxImportInput = builder.inputType("IdxImportInput", {
  description: "Choice of IDX files.",
  fields: (t) => ({
    set: t.string({
      description:
        "Name of one dataset of an archive of several, as its files are named: 'letters', 'balanced' or 'digits' " +
        "of EMNIST. Required for such an archive.",
    }),
  }),
});

export const ImportDatasetInput = builder.inputType("ImportDatasetInput", {
  description: "Import of a dataset.",
  fields: (t) => ({
    name: t.string({ required: true, description: `Name of the dataset: ${NAME_RULE}.` }),
    source: t.field({
      type: DatasetSourceInput,
      required: true,
      description: "File or folder to import.",
    }),
    format: t.field({
      type: DatasetFormat,
      defaultValue: "AUTO",
      description: "Format of the source.",
    }),
    images: t.field({
      type: ImageImportInput,
      description: "Size and colour that images are converted to. Default: those of the first one.",
    }),
    csv: t.field({ type: CsvImportInput, description: "Columns, for a CSV table." }),
    parquet: t.field({ type: ParquetImportInput, description: "Columns, for Parquet." }),
    idx: t.field({ type: IdxImportInput, description: "Choice of files, for IDX." }),
    testShare: t.float({
      description:
        "Share of the samples kept for testing where the source has no test part, stratified by class: above 0 " +
        `and below 1. Default: ${DEFAULT_TEST_SHARE}.`,
    }),
    seed: t.int({
      defaultValue: 0,
      description: "Random seed of the test part and of the order of the samples.",
    }),
  }),
});
