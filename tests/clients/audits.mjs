// The public suite of GraphQL over HTTP: every MUST, SHOULD and MAY.
import { serverAudits } from "graphql-http";
import { headers, url } from "./common.mjs";

export default async function run() {
  const fetchFn = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, ...headers } });
  const results = await Promise.all(serverAudits({ url, fetchFn }).map((audit) => audit.fn()));
  const missed = results.filter((result) => result.status !== "ok");
  if (missed.length) throw new Error(missed.map((result) => `${result.id} ${result.name}: ${result.reason}`).join("\n"));
  return `${results.length} of ${results.length} audits pass`;
}
