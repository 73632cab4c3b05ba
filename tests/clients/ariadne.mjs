// ariadne-codegen of Python: a typed client of the contract with a method for each document of the departments, which is then used.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equal, officer, post, root } from "./common.mjs";
import { output, program, python } from "./venv.mjs";

const CONFIG = `
[tool.ariadne-codegen]
schema_path = "${root}schema/schema.graphql"
queries_path = "${root}schema/operations"
target_package_name = "documents"
`;

export default async function run() {
  const folder = mkdtempSync(join(tmpdir(), "ariadne-"));
  try {
    writeFileSync(join(folder, "pyproject.toml"), CONFIG);
    await output(await program("ariadne-codegen", "ariadne"), [], { cwd: folder });
    const told = await python("ariadne", "ariadne_client.py", folder);
    const filter = "filter: { status: [RECTIFIED], acceptor: { mine: true } }, orderBy: [{ field: RECTIFIED_AT }]";
    const query = `{ hazards(${filter}, first: 3) { totalCount edges { node { no } } } }`;
    const { totalCount, edges } = (await post(officer, { query })).data.hazards;
    equal(told, [totalCount, ...edges.map(({ node }) => node.no)].join(" "), "what the generated client reads");
    return `${readdirSync(join(folder, "documents")).length} modules generated, and one of their documents asked`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
