// graphql-ws, by way of ws: queries, errors and subscriptions over one socket.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { LIVE, QUERY, equal, first, officer, socketUrl } from "./common.mjs";

const one = (client, query) =>
  new Promise((resolve, reject) => {
    let value;
    client.subscribe({ query }, { next: (next) => (value = next), error: reject, complete: () => resolve(value) });
  });

export default async function run() {
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${officer}` },
    retryAttempts: 0,
  });
  const answer = await one(client, QUERY);
  equal(answer.data.viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  const refused = await one(client, "{ nothing }").catch((errors) => errors);
  equal(refused[0].extensions.code, "VALIDATION_FAILED", "a refusal");
  await first((resolve, reject) =>
    client.subscribe({ query: LIVE }, { next: ({ data }) => resolve(data), error: reject, complete: () => {} }),
  );
  await client.dispose();
  const unknown = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: {}, retryAttempts: 0 });
  const closed = await one(unknown, QUERY).catch((event) => event);
  equal([closed.code, closed.reason], [4403, "Forbidden"], "nobody");
  return "a query, a refusal, a subscription and a stranger";
}
