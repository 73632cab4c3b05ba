// Python for the suites that need it: an environment for each list of packages, made once and kept below target/.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "./common.mjs";

export const scripts = fileURLToPath(new URL("python/", import.meta.url));

// What a program prints. Not waited for in a block: connections that the server closes meanwhile must be seen to close.
export async function output(command, words, options) {
  return (await promisify(execFile)(command, words, options)).stdout.trim();
}

// The path of a program of the environment with what python/requirements-NAME.txt lists.
export async function program(name, of) {
  const folder = `${root}target/clients-python/${of}`;
  const [stamp, list] = [`${folder}/made-of`, `${scripts}requirements-${of}.txt`];
  // Another Python or another list: another environment.
  const wanted = `${await output("python3", ["--version"])}\n${readFileSync(list, "utf8")}`;
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await output("python3", ["-m", "venv", folder]);
    await output(`${folder}/bin/python`, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list]);
    writeFileSync(stamp, wanted);
  }
  return `${folder}/bin/${name}`;
}

// What a script prints when it is run with these words.
export async function python(of, script, ...words) {
  return output(await program("python", of), [`${scripts}${script}`, ...words]);
}
