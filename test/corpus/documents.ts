import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentsOfPackages } from "./packages.ts";

/** An OpenAPI document by somebody else. */
export interface Document {
  /** The package and the path in it. */
  readonly name: string;
  /** Who wrote it. */
  readonly origin: string;
  readonly file: string;
}

/** The origin of documents that each contain what real ones contain, reduced to it. */
export const reductions = "Reductions of real documents";

const dependencies = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const reduced = fileURLToPath(new URL("../oas-examples/reduced/", import.meta.url));
const fetched = await documentsOfPackages();

/** The documents of each origin, as patterns below the folder of packages. */
const origins: Readonly<Record<string, { readonly folder: string; readonly files: string }>> = {
  Blockfrost: { folder: fetched, files: "@blockfrost/openapi/openapi.yaml" },
  Decentraland: { folder: fetched, files: "@dcl/catalyst-api-specs/lib/api.yaml" },
  Dialogporten: { folder: fetched, files: "@digdir/dialogporten-schema/swagger.verified.json" },
  Doppler: { folder: fetched, files: "@dopplerhq/mcp-server/doppler-openapi.json" },
  Figma: { folder: dependencies, files: "@figma/rest-api-spec/openapi/openapi.yaml" },
  Interledger: { folder: fetched, files: "@interledger/open-payments/dist/openapi/specs/*-server.yaml" },
  Netlify: { folder: fetched, files: "@netlify/open-api/dist/swagger.json" },
  Notion: { folder: fetched, files: "@notionhq/notion-mcp-server/scripts/notion-openapi.json" },
  Okta: { folder: fetched, files: "@okta/openapi/dist/spec.yaml" },
  // Each document is there in JSON and YAML.
  ReadMe: { folder: dependencies, files: "@readme/oas-examples/[0-9]*/json/**/*.json" },
  Scalar: { folder: dependencies, files: "@scalar/galaxy/dist/3.1.yaml" },
  "ShipEngine Connect": { folder: fetched, files: "@shipengine/connect-fulfillment-provider-api/spec.yaml" },
  ShipEngine: { folder: fetched, files: "shipengine-openapi/openapi.yaml" },
  Twilio: { folder: fetched, files: "@twilio-alpha/mcp/twilio-oai/spec/json/*.json" },
  [reductions]: { folder: reduced, files: "*.yaml" },
  rclone: { folder: fetched, files: "rclone-openapi/openapi.yaml" },
};

/** Every document of the corpus. */
export const documents: readonly Document[] = Object.entries(origins).flatMap(([origin, { folder, files }]) =>
  globSync(files, { cwd: folder })
    .filter((name) => !name.endsWith(".polygate.yaml"))
    .toSorted()
    .map((name) => ({ name, origin, file: join(folder, name) })),
);
