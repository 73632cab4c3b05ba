// The programs of docs/clients.md in a folder, and how they are run and listened to.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "../common.mjs";

// Longest time for a program to say or do something.
const PATIENCE = 60_000;

export const page = () => readFileSync(`${root}docs/clients.md`, "utf8");

// A block of the page names its file after the language.
const blocks = () => page().matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);

// A folder with the programs, from which the packages are found.
export function folder() {
  const path = mkdtempSync(fileURLToPath(new URL("../node_modules/.docs-", import.meta.url)));
  for (const [, name, text] of blocks()) writeFileSync(`${path}/${name}`, text);
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

// Starts a program. `said(text)`: the first line with it, soon; `ended`: its exit code.
export function start(command, words, { path }, API, TOKEN) {
  const child = spawn(command, words, { cwd: path, env: { ...process.env, API, TOKEN }, timeout: 3 * PATIENCE });
  const [lines, waiting] = [[], new Set()];
  let [rest, complaint] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const whole = (rest + text).split("\n");
    rest = whole.pop();
    lines.push(...whole);
    for (const look of waiting) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const ended = new Promise((resolve) => child.on("close", resolve));
  const all = () => `${words[0]} said:\n${lines.join("\n")}\n${complaint}`;
  const until = (fits, what) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not said: ${what}\n${all()}`)), PATIENCE);
      ended.then(() => reject(new Error(`it ended without: ${what}\n${all()}`)));
      const look = () => {
        const found = fits(lines);
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const said = (text) => until(() => lines.find((line) => line.includes(text)), text);
  const stop = () => child.kill();
  return { lines, all, until, said, ended, stop, type: (line) => child.stdin.write(`${line}\n`), leave: () => child.stdin.end() };
}

// Runs a program to its end; its last line. `fails`: it must not come to a good end.
export async function finish(program, { fails = false } = {}) {
  program.leave();
  const code = await program.ended;
  if ((code !== 0) !== fails) throw new Error(`it ended with ${code}\n${program.all()}`);
  return program.lines.at(-1);
}
