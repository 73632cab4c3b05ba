// graphql-js as the oracle: what it takes we take, what it refuses we refuse, and the answers are the same data.
import { GraphQLError, execute, getOperationAST, parse, validate } from "graphql";
import { getVariableValues } from "graphql/execution/values.js";
import { answers, documents } from "./corpus.mjs";
import { headers, schema, url } from "./common.mjs";

async function ask({ query, variables, operationName }) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return answer.json();
}

// Why graphql-js refuses a request; null: it does not.
function refused({ query, variables = {}, operationName }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
  const errors = validate(schema, document);
  if (errors.length) return errors[0].message;
  const operation = getOperationAST(document, operationName);
  if (!operation) return "no such operation";
  if (operation.operation === "subscription") return "no stream was asked for";
  const { errors: wrong } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return wrong ? wrong[0].message : null;
}

export default async function run() {
  const wrong = [];
  let taken = 0;
  for (const request of documents) {
    const [expected, answer] = [refused(request), await ask(request)];
    const ours = "data" in answer ? null : answer.errors[0].message;
    if ((expected === null) !== (ours === null)) {
      wrong.push(`${JSON.stringify(request)}\n  graphql-js: ${expected ?? "taken"}\n  here: ${ours ?? "taken"}`);
    }
    if (expected === null) taken += 1;
  }
  // What the server says of everything, once; graphql-js then answers from that.
  const base = await ask({ query: answers.base });
  if (!base.data || base.errors) throw new Error(JSON.stringify(base));
  for (const { query, variables, operationName } of answers.documents) {
    const rootValue = JSON.parse(JSON.stringify(base.data));
    const typeResolver = (value) => value.__typename;
    const expected = execute({ schema, document: parse(query), rootValue, variableValues: variables, operationName, typeResolver });
    const { data, errors } = await ask({ query, variables, operationName });
    const [a, b] = [JSON.stringify({ data, errors }), JSON.stringify({ data: expected.data, errors: expected.errors })];
    if (a !== b) wrong.push(`${query}\n  graphql-js: ${b}\n  here: ${a}`);
  }
  if (wrong.length) throw new Error(`${wrong.length} differ\n${wrong.join("\n")}`);
  const count = documents.length + answers.documents.length;
  return `${count} documents: ${taken} taken and ${documents.length - taken} refused by both, ${answers.documents.length} answers alike`;
}
