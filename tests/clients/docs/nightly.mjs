// The partner's copy: pages, a server that is busy, a night that breaks off, changes alone, removals, and other rights.
import { setTimeout as sleep } from "node:timers/promises";
import { equal, member, officer, post, report } from "../common.mjs";
import { network } from "../network.mjs";
import { output, program } from "../venv.mjs";
import { finish, page, start } from "./program.mjs";

const COUNT = "{ hazards(first: 1) { totalCount } changesSince { cursor } }";

export default async function nightly(folder) {
  const net = await network();
  const interpreter = await program("python", "gql");
  const night = (end) => finish(start(interpreter, ["nightly.py"], folder, net.url, officer), end);
  const sql = async (words) => {
    const script = "import json, sqlite3, sys; c = sqlite3.connect('copy.db'); print(json.dumps(c.execute(sys.argv[1]).fetchall())); c.commit()";
    return JSON.parse(await output(interpreter, ["-c", script, words], { cwd: folder.path }));
  };
  const count = async () => (await post(officer, { query: COUNT })).data.hazards.totalCount;
  const asked = (part) => net.asked.splice(0).filter((text) => text.includes(part)).length;
  try {
    // The first night is told to wait, breaks off in the middle, and goes on where it was.
    const held = await count();
    const pages = Math.ceil(held / 100);
    await sleep(1_000);
    net.busy("query List");
    net.lose("AQ");
    await night({ fails: true });
    equal(await night(), `0 changed, 0 removed, ${held} held`, "the first night");
    const list = JSON.parse(net.asked.find((text) => text.includes("query List")).replace("POST /graphql ", ""));
    const { requested } = (await post(officer, list)).extensions.cost;
    if (!page().includes(`costs ${requested}.`)) throw new Error(`a page of the list costs ${requested}, and docs/clients.md says otherwise`);
    equal(asked("query List"), pages + 2, "pages, the one that was busy and the one that was lost");
    const ids = (await sql("SELECT id FROM hazard")).map(([id]) => id);
    const { nodes } = (await post(officer, { query: `{ nodes(ids: ${JSON.stringify(ids.slice(0, 100))}) { id } }` })).data;
    equal(nodes.filter(Boolean).length, 100, "rows that are there");

    // The second takes changes alone.
    const id = await report();
    await sql(`INSERT INTO hazard VALUES ('${Buffer.from("Hazard:999999999").toString("base64url")}', '{}')`);
    await sleep(1_000);
    equal(await night(), `1 changed, 1 removed, ${held + 1} held`, "the second night");
    equal(asked("query List"), 0, "pages of the second night");
    equal(JSON.parse((await sql(`SELECT content FROM hazard WHERE id = '${id}'`))[0][0]).status, "REPORTED", "what has changed");

    // A cursor that was given to other rights.
    const { changesSince } = (await post(member, { query: COUNT })).data;
    await sql(`UPDATE place SET cursor = '${changesSince.cursor}' WHERE name = 'feed'`);
    equal(await night(), `0 changed, 0 removed, ${held + 1} held`, "other rights");
    return "a copy that takes changes alone";
  } finally {
    net.close();
  }
}
