/** Mutation.createUpload, input CreateUploadInput */
import { UploadError } from "../../data/uploads/upload_store.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput, rateLimited, unavailable } from "../../schema/base/errors.ts";
import { line } from "../../schema/base/validators.ts";
import { UploadPayload } from "../../schema/upload/upload.ts";

const purpose = "upload";

/** Longest name of a file system. */
const MAX_FILE_NAME_LENGTH = 255;

const CreateUploadInput = builder.inputType("CreateUploadInput", {
  description: "File that a client wants to send.",
  fields: (t) => ({
    fileName: t.string({
      required: true,
      description: `Name of the file, 1 to ${MAX_FILE_NAME_LENGTH} characters.`,
      validate: line(purpose, "fileName", MAX_FILE_NAME_LENGTH),
    }),
    bytes: t.float({ required: true, description: "Size of the file, in bytes." }),
    direct: t.boolean({
      defaultValue: false,
      description:
        "True to send the file to the object storage of EPOCHQL_CHECKPOINTS (s3://…), past the server: faster, up to " +
        "5 GiB, but in one piece, as what broke off begins anew.",
    }),
  }),
});

builder.mutationField("createUpload", (t) =>
  t.field({
    type: UploadPayload,
    description:
      "Announces a file. Then PUT its bytes to the upload's URL. An upload that is neither continued nor used for " +
      "a day is removed.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: CreateUploadInput, required: true, description: "The file." }),
    },
    resolve: async (_root, { input }, { uploads, viewer }) => {
      if (!uploads) throw unavailable("Cannot upload: this server takes no uploads.");
      try {
        const { fileName, bytes, direct } = input;
        return await uploads.create({
          ...{ fileName, bytes, owner: viewer.name },
          isDirect: direct === true,
        });
      } catch (error) {
        if (!(error instanceof UploadError)) throw error;
        if (error.kind === "too-large") throw badInput(error.message, ["input", "bytes"]);
        if (error.kind === "not-direct") throw badInput(error.message, ["input", "direct"]);
        throw error.kind === "quota" ? rateLimited(error.message) : error;
      }
    },
  }));
