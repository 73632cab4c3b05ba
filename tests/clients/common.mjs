// What the clients share: where the server is, who asks, and something that happens.
import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";

const need = (name) => process.env[name] || fail(`${name} is not set: run \`cargo xtask clients\``);

export function fail(why) {
  console.error(why);
  process.exit(1);
}

export const address = need("FENGQIAO_ADDRESS");
export const url = `http://${address}/graphql`;
export const socketUrl = `ws://${address}/graphql`;
// A peace officer of a county, who sees what is reported there; and a grid member of it, who reports.
export const officer = need("FENGQIAO_OFFICER");
export const member = need("FENGQIAO_MEMBER");
export const headers = { authorization: `Bearer ${officer}` };
export const root = new URL("../..", import.meta.url).pathname;
export const sdl = readFileSync(`${root}schema/schema.graphql`, "utf8");
export const schema = buildSchema(sdl);

export const QUERY = "query Who { viewer { role purpose } }";
export const LIVE = "subscription Live { matterChanged(filter: { types: [HAZARD] }) { kind matterId action } }";

export function equal(got, expected, what) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

export async function post(token, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

// A grid member reports a hazard of the own grid; its id.
export async function report() {
  const grids = await post(member, { query: "{ grids(first: 1, filter: { mine: true }) { edges { node { id } } } }" });
  const input = {
    grid: grids.data.grids.edges[0].node.id,
    category: "ELECTRICITY",
    source: "GRID",
    description: "三楼楼道堆放电动自行车电池和纸箱",
    noPhotoReason: "夜间光线不足",
  };
  const query = "mutation($input: ReportHazardInput!) { reportHazard(input: $input) { hazard { id } userErrors { code } } }";
  const answer = await post(member, { query, variables: { input } });
  equal(answer.data.reportHazard.userErrors, [], "a report");
  return answer.data.reportHazard.hazard.id;
}

// The first value of a subscription; `subscribe` gets what is called with each.
export async function first(subscribe) {
  let stop = () => {};
  const value = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("nothing is told within 20 s")), 20_000).unref();
    stop = subscribe(resolve, reject);
  });
  // A moment for the subscription to be there.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const id = await report();
  const told = await value;
  stop();
  equal(told.matterChanged, { kind: "TRANSITION", matterId: id, action: "reportHazard" }, "what is told");
}
