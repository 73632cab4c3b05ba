// The department's web app: pages, news over a feed that breaks off, a conflict, a refusal, and an answer that is lost.
import { equal, officer, post, report } from "../common.mjs";
import { network } from "../network.mjs";
import { finish, start } from "./program.mjs";

const HAZARD = "query($id: ID!) { node(id: $id) { ... on Hazard { no version status statusEvents { action } } } }";
const ESCALATE = "mutation($input: EscalateHazardInput!) { escalateHazard(input: $input) { hazard { version } userErrors { code } } }";

const look = async (id) => (await post(officer, { query: HAZARD, variables: { id } })).data.node;

export default async function desk(folder) {
  const net = await network();
  const [contested, lost] = [await report(), await report()];
  const { no } = await look(contested);
  const program = start(process.execPath, ["desk.mjs"], folder, net.url, officer);
  try {
    const rows = (count) => program.until((lines) => lines.filter((line) => line.includes(" version ")).length >= count, `${count} rows`);
    await rows(20);
    program.type("more");
    await rows(40);

    // What happens while there is no network is told when it is back, and told once.
    const news = [(await look(await report())).no];
    await program.said(`news: ${news[0]} reportHazard`);
    net.cut();
    news.push((await look(await report())).no);
    net.mend();
    await program.said(`news: ${news[1]} reportHazard`);
    news.push((await look(await report())).no);
    await program.said(`news: ${news[2]} reportHazard`);
    equal(program.lines.filter((line) => line.startsWith("news")), news.map((no) => `news: ${no} reportHazard`), "the news");

    // Somebody escalates it while the form is open.
    program.type(`open ${no}`);
    await program.said(`form: ${no} can be graded`);
    const input = { id: contested, expectedVersion: 1, reason: "逾期未整改" };
    equal((await post(officer, { query: ESCALATE, variables: { input } })).data.escalateHazard.userErrors, [], "an escalation");
    await program.said(`${no} REPORTED version 2`);
    program.type("grade GENERAL 现场查看");
    await program.said(`conflict: ${no}, meanwhile escalateHazard by COUNTY_PEACE_OFFICER`);
    program.type(`open ${no}`);
    program.type("grade GENERAL 现场查看");
    await program.said(`done: ${no} GRADED`);
    program.type(`open ${no}`);
    await program.said(`form: ${no} cannot be graded`);
    program.type("grade GENERAL 现场查看");
    await program.said("refused: WRONG_STATE");

    // The answer is lost, and the same is sent again.
    const other = (await look(lost)).no;
    net.lose("gradeHazard");
    program.type(`open ${other}`);
    program.type("grade GENERAL 现场查看");
    await program.said(`done: ${other} GRADED`);
    equal((await look(lost)).statusEvents.map(({ action }) => action), ["reportHazard", "gradeHazard"], "what was done");
    equal(net.asked.filter((text) => text.includes("gradeHazard(")).length, 5, "how often it was sent");
    await finish(program);
    return "a desk that resumes its feed and meets a conflict";
  } finally {
    net.close();
    program.stop();
  }
}
