// The public rules for schemas and documents, and where ours are others. What `cargo xtask clients lint` asks.
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";

const path = (name) => fileURLToPath(new URL(`../../schema/${name}`, import.meta.url));
const preset = (name) => graphql.configs[`flat/${name}`].rules;
const [, names] = preset("schema-recommended")["@graphql-eslint/naming-convention"];

// Types that are no matters of their own: they hang on what has an id, are counted anew each time, or are the answer itself.
const values = [
  ...["ActionBlock", "AvailableAction", "Change", "ChangeClock", "ChangePage", "GeoPoint", "Overview", "PageInfo", "Rate", "RateLimit"],
  ...["RentalChain", "SelfInspectionAnswer", "SiteAttributes", "SiteSurroundings", "UploadSlot", "Viewer", "ViewerScope", "_Service"],
];

export default [
  {
    files: ["schema/**/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: path("schema.graphql"), documents: path("operations/**/*.graphql") } },
    },
  },
  {
    files: ["schema/schema.graphql"],
    rules: {
      ...preset("schema-recommended"),
      ...preset("schema-relay"),
      // More than the preset asks: whatever has a name says what it is.
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
      // Those of Apollo Federation begin so: `_entities`, `_service` and their types.
      "@graphql-eslint/naming-convention": ["error", { ...names, allowLeadingUnderscore: true }],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: values, suffixes: ["Payload", "Error", "Connection", "Edge", "Summary", "Group", "Explanation", "Permission"] } },
      ],
      // Parts of a whole are plain lists (docs/api-conventions.md); the specification of connections has nothing against it.
      "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  {
    files: ["schema/operations/**/*.graphql"],
    rules: {
      ...preset("operations-recommended"),
      "@graphql-eslint/require-description": ["error", { OperationDefinition: true }],
    },
  },
];
