// The phone: reports without a network, answers that are lost, photos, what is not shown any more, and other rights.
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32, deflateSync } from "node:zlib";
import { equal, member, officer, post } from "../common.mjs";
import { network } from "../network.mjs";
import { finish, start } from "./program.mjs";

const HELD = "query($text: String) { hazards(filter: { text: $text }, first: 100) { totalCount edges { node { id description evidence { hash } } } } }";
const ESCALATE = "mutation($input: EscalateHazardInput!) { escalateHazard(input: $input) { hazard { version } userErrors { code } } }";

// A picture of one colour. Its content is a new one each time: what one hazard has, another does not get.
function picture() {
  const chunk = (kind, data) => {
    const [length, body, sum] = [Buffer.alloc(4), Buffer.concat([Buffer.from(kind), data]), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  const colour = Buffer.from([0, ...[0, 0, 0].map(() => Math.floor(256 * Math.random()))]);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(colour)), chunk("IEND", Buffer.alloc(0))]);
}

export default async function phone(folder) {
  const net = await network();
  const file = `${folder.path}/phone.json`;
  const run = (words, end) => finish(start(process.execPath, ["phone.mjs", ...words], folder, net.url, member), end);
  const sync = (end) => run(["sync"], end);
  const stored = () => JSON.parse(readFileSync(file, "utf8"));
  const store = (change) => writeFileSync(file, JSON.stringify({ ...stored(), ...change }));
  try {
    const { totalCount } = (await post(member, { query: HELD })).data.hazards;
    equal(await sync(), `0 answered, 0 refused, ${totalCount} held`, "the first day");

    // More than one request takes, without a network. One has a photo, and one something else that is called so.
    net.cut();
    writeFileSync(`${folder.path}/photo.png`, picture());
    writeFileSync(`${folder.path}/none.png`, "no picture at all");
    // Words of this run alone, by which its reports are found.
    const text = `楼道堆放杂物${Date.now()}`;
    const texts = Array.from({ length: 52 }, (_, n) => `${text}第${n + 1}处`);
    for (const text of texts.slice(0, 50)) await run(["report", text]);
    await run(["report", texts[50], "photo.png"]);
    await run(["report", texts[51], "none.png"]);
    await sync({ fails: true });
    net.mend();

    // Every answer that matters is lost once.
    net.lose("ReportHazardsInput");
    await sync({ fails: true });
    net.lose("PATCH /uploads/");
    await sync({ fails: true });
    equal(stored().queue.length, 2, "what waits: those with photos");
    // The slot of a photo has ended: it is given up, and the next sync asks for another.
    const slots = () => stored().queue.filter(({ slot }) => slot).length;
    const before = slots();
    const ended = (slot) => slot.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    store({ queue: stored().queue.map((report) => (report.slot ? { ...report, slot: ended(report.slot) } : report)) });
    await sync({ fails: true });
    equal(slots(), before - 1, "slots that have not ended");
    equal(await sync(), `2 answered, 1 refused, ${totalCount + 51} held`, "in the end");
    const made = (await post(member, { query: HELD, variables: { text } })).data.hazards.edges.map(({ node }) => node);
    equal(made.map(({ description }) => description).sort(), texts.slice(0, 51).sort(), "each is there once");
    equal(made.find(({ description }) => description === texts[50]).evidence.length, 1, "the photo");
    equal(stored().refused[0].userErrors[0].extensions.code, "UPLOAD_TYPE", "what is no photo");

    // Somebody does something with one, and one that the phone holds is not its own.
    const [{ id }] = made;
    const input = { id, expectedVersion: 1, reason: "逾期未整改" };
    equal((await post(officer, { query: ESCALATE, variables: { input } })).data.escalateHazard.userErrors, [], "an escalation");
    const foreign = Buffer.from("Hazard:1").toString("base64url");
    store({ held: { ...stored().held, [foreign]: { id: foreign } } });
    // A moment for the event to get its place in the feed.
    await sleep(1_000);
    equal(await sync(), `0 answered, 1 refused, ${totalCount + 51} held`, "a change and a removal");
    equal([stored().held[id].version, foreign in stored().held], [2, false], "a change and a removal");

    // Sent, it seems, longer ago than its key is kept.
    await run(["report", text]);
    store({ queue: stored().queue.map((report) => ({ ...report, sentAt: 1 })) });
    equal(await sync(), `0 answered, 2 refused, ${totalCount + 51} held`, "a report of the day before yesterday");

    // A cursor that was given to other rights.
    const { changesSince } = (await post(officer, { query: "{ changesSince { cursor } }" })).data;
    store({ cursor: changesSince.cursor, held: {} });
    equal(await sync(), `0 answered, 2 refused, ${totalCount + 51} held`, "other rights");
    return "a phone whose reports arrive once";
  } finally {
    net.close();
  }
}
