import { readFileSync } from "node:fs";
import type { Capabilities } from "../components/api/capability/capabilities.ts";
import { awsHttpApi } from "../components/aws/http-api/capabilities.ts";
import { awsRestApi } from "../components/aws/rest-api/capabilities.ts";
import { azureApiManagement } from "../components/azure/api-management/capabilities.ts";
import { gcpApiGateway } from "../components/gcp/api-gateway/capabilities.ts";
import { gcpApiGatewayWithCompanion } from "../components/gcp/companion/capabilities.ts";
import { compared, details, overview, supported, unsupported } from "./capability-table.ts";
import { descriptionReference } from "./description-reference.ts";
import { policyTable } from "./policy-table.ts";
import { programTable } from "./program-table.ts";
import { questionTable, standingTables } from "./standing-table.ts";
import { templates } from "./templates.ts";
import { transformPage } from "./transform-table.ts";

const tables = [awsHttpApi, awsRestApi, azureApiManagement, gcpApiGateway, gcpApiGatewayWithCompanion];
const description = new URL("../components/api/description.ts", import.meta.url);

/** Every page that is generated from the code, entirely or in part, by its path in the repository. */
export function pages(): Readonly<Record<string, string>> {
  return {
    "README.md": filled("README.md", { capabilities: overview(tables) }),
    "docs/description.md": filled("docs/description.md", { description: descriptionReference(description) }),
    "docs/aws.md": filled("docs/aws.md", { features: compared([awsHttpApi, awsRestApi]) }),
    "docs/azure.md": ofOneClass("docs/azure.md", azureApiManagement),
    "docs/gcp.md": filled("docs/gcp.md", {
      features: compared([gcpApiGateway, gcpApiGatewayWithCompanion]),
      refused: unsupported(gcpApiGateway),
      "refused-with-companion": unsupported(gcpApiGatewayWithCompanion),
    }),
    "docs/sandbox.md": filled("docs/sandbox.md", { policies: policyTable() }),
    "docs/programs.md": filled("docs/programs.md", { programs: programTable() }),
    "docs/standings.md": filled("docs/standings.md", { questions: questionTable(), standings: standingTables() }),
    "docs/capabilities.md": details(tables),
    "docs/transforms.md": transformPage(),
    ...templates(),
  };
}

function ofOneClass(path: string, table: Capabilities): string {
  return filled(path, { features: supported(table), refused: unsupported(table) });
}

/** The page with new contents between the two marks of each name. */
function filled(path: string, contents: Readonly<Record<string, string>>): string {
  let text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  for (const [name, content] of Object.entries(contents)) {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
    const [before, after] = [text.indexOf(start), text.indexOf(end)];
    if (before === -1 || after < before) {
      throw new Error(`${path} must contain ${start} and ${end}, in this order`);
    }
    text = `${text.slice(0, before + start.length)}\n\n${content}\n${text.slice(after)}`;
  }
  return text;
}
