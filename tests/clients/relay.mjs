// relay-compiler: connections, nodes and a fragment that is fetched again by its id.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, sdl } from "./common.mjs";

const SOURCE = `
import { graphql } from "react-relay";
export const list = graphql\`
  query listQuery($first: Int!, $after: String) { ...list_page @arguments(first: $first, after: $after) }
\`;
export const page = graphql\`
  fragment list_page on Query
    @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
    @refetchable(queryName: "listPageQuery") {
    hazards(first: $first, after: $after) @connection(key: "list_hazards") { edges { node { id no status ...list_hazard } } }
  }
\`;
export const hazard = graphql\`
  fragment list_hazard on Hazard @refetchable(queryName: "listHazardQuery") { grade foundAt site { name } }
\`;
export const live = graphql\`
  subscription listLiveSubscription { matterChanged { kind matter { id ... on Hazard { status } } } }
\`;
`;

export default async function run() {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  try {
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "schema.graphql"), sdl);
    writeFileSync(join(folder, "src/list.js"), SOURCE);
    const config = { src: "./src", schema: "./schema.graphql", language: "javascript" };
    writeFileSync(join(folder, "relay.config.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), "{}");
    execFileSync(`${root}tests/clients/node_modules/.bin/relay-compiler`, ["relay.config.json"], { cwd: folder, stdio: "pipe" });
    return `${readdirSync(join(folder, "src/__generated__")).length} artefacts`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
