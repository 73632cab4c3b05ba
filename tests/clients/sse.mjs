// graphql-sse in its distinct connections mode.
import { createClient } from "graphql-sse";
import { LIVE, QUERY, equal, first, headers, url } from "./common.mjs";

export default async function run() {
  const client = createClient({ url, headers, retryAttempts: 0 });
  const answer = await new Promise((resolve, reject) => {
    let value;
    client.subscribe({ query: QUERY }, { next: (next) => (value = next), error: reject, complete: () => resolve(value) });
  });
  equal(answer.data.viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  await first((resolve, reject) =>
    client.subscribe({ query: LIVE }, { next: ({ data }) => resolve(data), error: reject, complete: () => {} }),
  );
  client.dispose();
  return "a query and a subscription";
}
