// Apollo Client 4: queries with its cache, errors, GET, automatic persisted queries, and subscriptions in parts.
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { LIVE, QUERY, equal, first, headers, url } from "./common.mjs";

const client = (link) => new ApolloClient({ link, cache: new InMemoryCache() });

export default async function run() {
  const plain = client(new HttpLink({ uri: url, headers }));
  const answer = await plain.query({ query: gql(QUERY) });
  equal(answer.data.viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  const refused = await plain.query({ query: gql`query Wrong { nothing }` }).catch((error) => error);
  if (!CombinedGraphQLErrors.is(refused)) throw new Error(`a refusal: ${refused}`);
  equal(refused.errors[0].extensions.code, "VALIDATION_FAILED", "a refusal");
  const getting = client(new HttpLink({ uri: url, headers, useGETForQueries: true }));
  equal((await getting.query({ query: gql(QUERY) })).data.viewer.purpose, "SUPERVISE", "a GET");
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  let asked = 0;
  const counting = new ApolloLink((operation, forward) => {
    asked += 1;
    return forward(operation);
  });
  const persisted = () =>
    client(ApolloLink.from([new PersistedQueryLink({ sha256 }), counting, new HttpLink({ uri: url, headers })]));
  const query = gql`query ByHash { serverTime viewer { role } }`;
  await persisted().query({ query });
  await persisted().query({ query });
  equal(asked, 3, "once unknown, then sent whole, then known");
  await first((resolve, reject) => {
    const running = plain.subscribe({ query: gql(LIVE) }).subscribe({
      next: ({ data, error }) => (error ? reject(error) : resolve({ matterChanged: { ...data.matterChanged, __typename: undefined } })),
      error: reject,
    });
    return () => running.unsubscribe();
  });
  return "queries by POST and GET, a refusal, a document by hash and a subscription in parts";
}
