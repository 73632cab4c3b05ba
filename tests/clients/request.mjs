// graphql-request: a query, a refusal with its code.
import { ClientError, GraphQLClient } from "graphql-request";
import { QUERY, equal, headers, url } from "./common.mjs";

export default async function run() {
  const client = new GraphQLClient(url, { headers });
  equal((await client.request(QUERY)).viewer.role, "COUNTY_PEACE_OFFICER", "a query");
  const refused = await client.request("{ nothing }").catch((error) => error);
  if (!(refused instanceof ClientError)) throw refused;
  equal(refused.response.errors[0].extensions.code, "VALIDATION_FAILED", "a refusal");
  return "a query and a refusal";
}
