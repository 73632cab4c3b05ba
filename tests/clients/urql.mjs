// urql: queries, and subscriptions as server-sent events.
import { Client, fetchExchange, gql } from "@urql/core";
import { LIVE, QUERY, equal, first, headers, url } from "./common.mjs";

export default async function run() {
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetchOptions: { headers },
    fetchSubscriptions: true,
    preferGetMethod: false,
  });
  const answer = await client.query(gql(QUERY), {}).toPromise();
  equal(answer.data.viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  const refused = await client.query(gql`query Wrong { nothing }`, {}).toPromise();
  equal(refused.error.graphQLErrors[0].extensions.code, "VALIDATION_FAILED", "a refusal");
  await first((resolve, reject) => {
    const running = client.subscription(gql(LIVE), {}).subscribe(({ data, error }) => {
      if (error) reject(error);
      else if (data) resolve(data);
    });
    return () => running.unsubscribe();
  });
  return "a query, a refusal and a subscription as events";
}
