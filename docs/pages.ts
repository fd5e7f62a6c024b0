import { readFileSync } from "node:fs";
import { awsHttpApi } from "../components/aws/capabilities.ts";
import { azureApiManagement } from "../components/azure/capabilities.ts";
import { gcpApiGateway } from "../components/gcp/capabilities.ts";
import { details, overview } from "./capability-table.ts";
import { descriptionReference } from "./description-reference.ts";

const tables = [awsHttpApi, azureApiManagement, gcpApiGateway];
const START = "<!-- capabilities:start -->";
const END = "<!-- capabilities:end -->";

/** Every page that is made from the code, by its path in the repository. */
export function pages(): Readonly<Record<string, string>> {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [before, after] = [readme.indexOf(START), readme.indexOf(END)];
  if (before === -1 || after < before)
    throw new Error(`README.md: ${START} and ${END} must stand there, in this order`);
  return {
    "README.md": `${readme.slice(0, before + START.length)}\n\n${overview(tables)}\n${readme.slice(after)}`,
    "docs/capabilities.md": details(tables),
    "docs/description.md": descriptionReference(new URL("../components/spec/description.ts", import.meta.url)),
  };
}
