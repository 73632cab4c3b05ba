// gql of Python, as python/gql_client.py uses it.
import { python } from "./venv.mjs";

export default async function run() {
  return python("gql", "gql_client.py");
}
