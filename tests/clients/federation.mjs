// Apollo's gateway: it puts the server's part and a department's together, and asks both for whoever asks it.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { buildClientSchema, findBreakingChanges, getIntrospectionQuery, parse } from "graphql";
import { equal, member, officer, post, report, url } from "./common.mjs";
import { department, notice, typeDefs } from "./department.mjs";

// It would tell its makers of each start.
process.env.APOLLO_TELEMETRY_DISABLED = "true";

// What the whole lacks of the contract: that by which a gateway reads a part.
const LACKS = ["Query._entities", "Query._service", "_Any", "_Entity", "_Service"];

const FIELDS = "id no status divisionCode foundBy { id } site { name } clocks(first: $clocks) { kind dueAt }";
const LIST = (more) =>
  `query List($clocks: Int!) { hazards(first: 10) { totalCount pageInfo { hasNextPage } edges { node { ${FIELDS} ${more} } } } }`;
const NODES = `query Nodes($ids: [ID!]!, $clocks: Int!) { nodes(ids: $ids) { ... on Hazard { ${FIELDS} } } }`;
// Begins at the department, which alone knows which ones.
const VISITS = `query Visits($clocks: Int!) { visits { nodes { ${FIELDS} nextVisit notice } pageInfo { hasNextPage } } }`;
// Without anything that is never null, so that each hazard is there.
const PARTS = "query Parts { visits { nodes { id no status notice } } }";

async function direct(token, query, variables) {
  const { data, errors } = await post(token, { query, variables: { clocks: 3, ...variables } });
  equal(errors, undefined, "errors of the server itself");
  return data;
}

// The gateway over both parts. `ask` is for the bearer of a token.
async function gateway(visits) {
  const { sdl } = (await direct(officer, "{ _service { sdl } }"))._service;
  const { errors, supergraphSdl } = composeServices([
    { name: "fengqiao", url, typeDefs: parse(sdl) },
    { name: "department", url: "http://department.invalid/", typeDefs },
  ]);
  equal(errors?.map(({ message }) => message), undefined, "what keeps the parts from being one");
  const buildService = ({ name, url }) => {
    if (name === "department") return new LocalGraphQLDataSource(department(visits));
    return new RemoteGraphQLDataSource({
      url,
      willSendRequest: ({ request, context }) => {
        if (context.authorization) request.http.headers.set("authorization", context.authorization);
      },
    });
  };
  const gateway = new ApolloGateway({ supergraphSdl, buildService });
  let whole;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (whole = apiSchema));
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false });
  await server.start();
  const ask = async (token, query) => {
    const contextValue = token && { authorization: `Bearer ${token}` };
    const { body } = await server.executeOperation({ query, variables: { clocks: 3 } }, { contextValue });
    return body.singleResult;
  };
  return { ask, whole, stop: () => server.stop() };
}

// A hazard that the officer sees and the member does not: of the oldest, since whoever tries clients reports new ones as the member.
async function foreign() {
  const { hazards } = await direct(officer, "{ hazards(last: 50) { edges { node { id } } } }");
  const ids = hazards.edges.map(({ node }) => node.id);
  const at = (await direct(member, NODES, { ids })).nodes.indexOf(null);
  if (at < 0) throw new Error("the member sees all that the officer sees");
  return ids[at];
}

async function whole(schema) {
  const contract = buildClientSchema(await direct(officer, getIntrospectionQuery()));
  const lacks = findBreakingChanges(contract, schema).map(({ description }) => description);
  equal(lacks.sort(), LACKS.map((name) => `${name} was removed.`).sort(), "what the whole lacks of the contract");
}

// The same as the server itself says, and what the department adds.
async function same(ask, visits, token, shown) {
  const withVisit = (hazard) => hazard && { ...hazard, nextVisit: visits.get(hazard.id) ?? null, notice: notice(hazard.no) };
  const { hazards } = await direct(token, LIST(""));
  const edges = hazards.edges.map(({ node }) => ({ node: withVisit(node) }));
  equal(await ask(token, LIST("nextVisit notice")), { data: { hazards: { ...hazards, edges } } }, "begun at the server");
  if (!edges.some(({ node }) => node.nextVisit)) throw new Error("no visit to a hazard of the list");

  const { nodes } = await direct(token, NODES, { ids: [...visits.keys()] });
  equal(nodes.map(Boolean), shown, "who sees what");
  const { data, errors } = await ask(token, VISITS);
  const visited = { visits: { nodes: nodes.map(withVisit), pageInfo: { hasNextPage: false } } };
  equal({ data, errors }, { data: visited }, "begun at the department");
  const parts = [...visits.keys()].map((id, n) => {
    const { no = null, status = null } = nodes[n] ?? {};
    return { id, no, status, notice: notice(no) };
  });
  equal(await ask(token, PARTS), { data: { visits: { nodes: parts } } }, "what is not shown is null");
}

// Who is nobody is told nothing; the department's list is its own to guard.
async function refused(ask, visits, token) {
  const codes = ({ errors }) => errors?.map(({ extensions }) => extensions.code);
  const list = await ask(token, LIST("nextVisit"));
  equal([codes(list), list.data], [["UNAUTHENTICATED"], { hazards: null }], "a list for nobody");
  const parts = await ask(token, PARTS);
  const nodes = [...visits.keys()].map((id) => ({ id, no: null, status: null, notice: null }));
  equal([codes(parts), parts.data], [["UNAUTHENTICATED"], { visits: { nodes } }], "visits for nobody");
}

export default async function run() {
  const [own, other] = [await report(), await foreign()];
  const visits = new Map([
    [own, "2026-04-08"],
    [other, "2026-04-09"],
  ]);
  const { ask, whole: schema, stop } = await gateway(visits);
  try {
    await whole(schema);
    await same(ask, visits, officer, [true, true]);
    await same(ask, visits, member, [true, false]);
    await refused(ask, visits, undefined);
    await refused(ask, visits, "nobody");
    const wrong = await ask(officer, "{ hazards(first: 1000) { edges { node { nextVisit } } } }");
    equal([wrong.errors[0].extensions.code, wrong.errors[0].path, wrong.data], ["BAD_INPUT", ["hazards"], { hazards: null }], "a refusal");
  } finally {
    await stop();
  }
  return "the parts are one; begun on either side the answers are the server's own, for each caller under the same gate";
}
