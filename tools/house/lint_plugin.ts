/**
 * Lint rules of this project, loaded by deno.json: sizes, plain words, doc comments that open with a noun or a
 * verb, lines of comments, no `switch` over kinds that have a registry, and hooks of tests within a `describe`.
 */
import { findPhrases } from "./words.ts";

/** Largest number of lines of a file outside tests/. */
export const MAX_FILE_LINES = 300;
/** Largest number of lines of a function outside tests/. */
export const MAX_FUNCTION_LINES = 80;

/** Largest number of columns of a comment's line; `deno fmt` wraps code alone. */
export const MAX_COMMENT_COLUMNS = 120;

/** Unions with a registry: one file a member, so that no `switch` lists the members a second time. */
const REGISTERED = /(^|[.\s])(layer|optimizer|event|body|loss|network)\.(kind|type|loss)$/i;
const QUESTION_WORD = /^\/?\*\s*\n?\s*\*?\s*(What|Who|Whom|Whose|How|Whether|Which|Where)\b/;

/** Hooks by each name that std and node:test have for them. */
const HOOKS = new Set([
  ...["before", "beforeAll", "beforeEach"],
  ...["after", "afterAll", "afterEach"],
]);

type Function_ =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "no-kind-switch": {
      create: (context) => ({
        SwitchStatement(node) {
          const subject = context.sourceCode.getText(node.discriminant);
          if (isTest(context.filename) || !REGISTERED.test(subject)) return;
          context.report({
            node: node.discriminant,
            message:
              `'${subject}' has a registry: ask its definition instead of listing its kinds again.`,
          });
        },
      }),
    },
    "max-file-lines": {
      create: (context) => ({
        Program(node) {
          const lines = countLines(context.sourceCode.getText());
          if (isTest(context.filename) || lines <= MAX_FILE_LINES) return;
          context.report({
            node,
            message: `${lines} lines; a file has at most ${MAX_FILE_LINES}.`,
          });
        },
      }),
    },
    "max-function-lines": {
      create(context) {
        const check = (node: Function_) => {
          const lines = countLines(context.sourceCode.getText(node));
          if (isTest(context.filename) || lines <= MAX_FUNCTION_LINES) return;
          const range: Deno.lint.Range = [node.range[0], node.range[0] + 1];
          const message = `${lines} lines; a function has at most ${MAX_FUNCTION_LINES}.`;
          context.report({ range, message });
        };
        return {
          FunctionDeclaration: check,
          FunctionExpression: check,
          ArrowFunctionExpression: check,
        };
      },
    },
    "doc-comment-opening": {
      create: (context) => ({
        "Program:exit"() {
          for (const comment of context.sourceCode.getAllComments()) {
            if (comment.type !== "Block" || !comment.value.startsWith("*")) continue;
            const [opening] = QUESTION_WORD.exec(comment.value) ?? [];
            if (opening === undefined) continue;
            const message =
              "A doc comment opens with a noun (types, values) or a verb (functions).";
            context.report({ range: comment.range, message });
          }
        },
      }),
    },
    "max-comment-columns": {
      create: (context) => ({
        "Program:exit"() {
          const text = context.sourceCode.getText();
          for (const { range: [start, end] } of context.sourceCode.getAllComments()) {
            const lineStart = text.lastIndexOf("\n", start) + 1;
            // A comment behind code is as wide as the code makes it.
            if (text.slice(lineStart, start).trim() !== "") continue;
            const columns = text.slice(lineStart, end).split("\n").map((line) => line.length);
            if (Math.max(...columns) <= MAX_COMMENT_COLUMNS) continue;
            const message = `A comment has at most ${MAX_COMMENT_COLUMNS} columns: wrap it.`;
            context.report({ range: [start, end], message });
          }
        },
      }),
    },
    "hooks-in-describe": {
      create: (context) => ({
        CallExpression(node) {
          const { callee } = node;
          if (callee.type !== "Identifier" || !HOOKS.has(callee.name)) return;
          const isInFunction = context.sourceCode.getAncestors(node).some(({ type }) =>
            /Function/.test(type)
          );
          if (!isTest(context.filename) || isInFunction) return;
          const message =
            `Tests of a folder share a process, in which this ${callee.name}() is for all of them: ` +
            "put it in a `describe`.";
          context.report({ node, message });
        },
      }),
    },
    "plain-words": {
      create(context) {
        const report = (range: Deno.lint.Range, text: string) => {
          for (const { text: phrase, instead } of findPhrases(text)) {
            context.report({ range, message: `'${phrase}': write ${instead}.` });
          }
        };
        return {
          Literal(node) {
            if (typeof node.value === "string") report(node.range, node.value);
          },
          TemplateElement: (node) => report(node.range, node.cooked),
          "Program:exit"() {
            for (const { range, value } of context.sourceCode.getAllComments()) {
              report(range, value);
            }
          },
        };
      },
    },
  },
};

// Deno takes a plugin's default export.
export default plugin;

function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}

function isTest(path: string): boolean {
  return /[\\/]tests[\\/]/.test(path);
}
