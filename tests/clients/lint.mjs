// graphql-eslint: the public rules for schemas, of Relay and for documents (eslint.config.mjs).
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { root } from "./common.mjs";

// What is right to find, and waits for a change of the contract or of the departments' documents: how often each is found.
// Whoever mends some takes it out here; it ends empty.
const waiting = {
  // `Clock.clockNo`, `Division.divisionCode`.
  "@graphql-eslint/no-typename-prefix": 2,
  // `TypePermission`.
  "@graphql-eslint/naming-convention": 1,
  // The argument of `@include` and of `@skip`.
  "@graphql-eslint/require-description": 2,
  // Objects of the documents without their id, by which a cache knows that two are one.
  "@graphql-eslint/require-selections": 67,
};

export default async function run() {
  const config = fileURLToPath(new URL("eslint.config.mjs", import.meta.url));
  const linter = new ESLint({ cwd: root, overrideConfigFile: config });
  const results = await linter.lintFiles(["schema/schema.graphql", "schema/operations/**/*.graphql"]);
  const found = {};
  for (const { filePath, messages } of results) {
    for (const { ruleId, line, message } of messages) {
      (found[ruleId] ??= []).push(`${filePath.slice(root.length)}:${line} ${ruleId}: ${message.replaceAll("\n", " ")}`);
    }
  }
  const others = [...new Set([...Object.keys(found), ...Object.keys(waiting)])].filter((rule) => (found[rule]?.length ?? 0) !== (waiting[rule] ?? 0));
  if (others.length) {
    const told = others.map((rule) => `${rule}: ${found[rule]?.length ?? 0} found and ${waiting[rule] ?? 0} known`);
    throw new Error([...others.flatMap((rule) => found[rule] ?? []), ...told].join("\n"));
  }
  return `${results.length} files; ${Object.values(found).flat().length} findings, all of them known`;
}
