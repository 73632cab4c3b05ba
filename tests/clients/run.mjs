// Runs every client against the server that the environment names, and tells what each did.
import { address, fail } from "./common.mjs";

// Who ends a subscription ends a fetch, and Apollo's client leaves nobody to hear of that.
process.on("unhandledRejection", (error) => {
  if (error?.name !== "AbortError") throw error;
});

const suites = [
  ...["audits", "oracle", "ws", "sse", "apollo", "urql", "request", "codegen", "relay"],
  ...["lint", "docs", "python", "ariadne", "federation"],
];
const chosen = process.argv.slice(2);
let failed = 0;
for (const name of chosen.length ? chosen : suites) {
  try {
    const { default: run } = await import(`./${name}.mjs`);
    console.log(`${name}: ${await run()}`);
  } catch (error) {
    failed += 1;
    console.error(`${name}: FAILED ${error.stack || error}`);
  }
}
if (failed) fail(`${failed} clients of the GraphQL world do not work against ${address}`);
process.exit(0);
