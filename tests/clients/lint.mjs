// graphql-eslint: the public rules for schemas, of Relay and for documents (eslint.config.mjs).
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { root } from "./common.mjs";

export default async function run() {
  const config = fileURLToPath(new URL("eslint.config.mjs", import.meta.url));
  const linter = new ESLint({ cwd: root, overrideConfigFile: config });
  const results = await linter.lintFiles(["schema/schema.graphql", "schema/operations/**/*.graphql"]);
  const found = [];
  for (const { filePath, messages } of results) {
    for (const { ruleId, line, message } of messages) {
      found.push(`${filePath.slice(root.length)}:${line} ${ruleId}: ${message.replaceAll("\n", " ")}`);
    }
  }
  if (found.length) throw new Error(found.join("\n"));
  return `${results.length} files; nothing found`;
}
