// graphql-codegen: types of the contract and of every document of the departments.
import { generate } from "@graphql-codegen/cli";
import { root } from "./common.mjs";

export default async function run() {
  const files = await generate(
    {
      schema: `${root}schema/schema.graphql`,
      documents: `${root}schema/operations/**/*.graphql`,
      generates: { "types.ts": { plugins: ["typescript", "typescript-operations"] } },
      silent: true,
    },
    false,
  );
  const text = files[0].content;
  if (!text.includes("export type WriteOffQueueQuery =")) throw new Error("a document has no type");
  return `${text.split("\n").length} lines of types`;
}
