// A department's own part of a federation: it knows hazards by their id alone, and says when it visits them.
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

export const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@external", "@key", "@requires", "@shareable"])
  type Query {
    visits: Visits!
  }
  type Visits {
    nodes: [Hazard]!
    pageInfo: PageInfo!
  }
  type PageInfo @shareable {
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
  }
  type Hazard @key(fields: "id") {
    id: ID!
    nextVisit: String
    no: String @external
    notice: String @requires(fields: "no")
  }
`);

export const notice = (no) => (no ? `Visit to ${no}` : null);

// `visits`: the day of each hazard by its id.
export function department(visits) {
  const resolvers = {
    Query: {
      visits: () => ({ nodes: [...visits.keys()].map((id) => ({ id })), pageInfo: { hasNextPage: false, hasPreviousPage: false } }),
    },
    Hazard: {
      __resolveReference: (named) => named,
      nextVisit: ({ id }) => visits.get(id),
      notice: ({ no }) => notice(no),
    },
  };
  return buildSubgraphSchema({ typeDefs, resolvers });
}
