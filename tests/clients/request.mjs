// graphql-request: a query, a refusal with its code.
import { ClientError, GraphQLClient } from "graphql-request";
import { QUERY, equal, headers, url } from "./common.mjs";

export default async function run() {
  const client = new GraphQLClient(url, { headers });
  equal((await client.request(QUERY)).viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  const refused = await client.request("{ nothing }").catch((error) => error);
  if (!(refused instanceof ClientError)) throw refused;
  // It asks for the GraphQL media type, and does not read the errors of a 400; with plain JSON it does.
  equal(refused.response.status, 400, "a refusal");
  const plain = new GraphQLClient(url, { headers: { ...headers, accept: "application/json" } });
  const told = await plain.request("{ nothing }").catch((error) => error);
  equal(told.response.errors[0].extensions.code, "VALIDATION_FAILED", "a refusal that is told");
  return "a query and a refusal";
}
