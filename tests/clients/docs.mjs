// docs/clients.md: each of its programs, as it stands on the page, over a network that fails.
import desk from "./docs/desk.mjs";
import nightly from "./docs/nightly.mjs";
import phone from "./docs/phone.mjs";
import { folder } from "./docs/program.mjs";

export default async function run() {
  const at = folder();
  try {
    return `${await desk(at)}; ${await phone(at)}; ${await nightly(at)}`;
  } finally {
    at.remove();
  }
}
