import { readFileSync } from "node:fs";
import { awsHttpApi } from "../components/aws/capabilities.ts";
import { azureApiManagement } from "../components/azure/capabilities.ts";
import { gcpApiGateway } from "../components/gcp/capabilities.ts";
import { details, overview } from "./capability-table.ts";
import { descriptionReference } from "./description-reference.ts";

const tables = [awsHttpApi, azureApiManagement, gcpApiGateway];
const description = new URL("../components/spec/description.ts", import.meta.url);

/** Every page that is made from the code, wholly or in part, by its path in the repository. */
export function pages(): Readonly<Record<string, string>> {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  return {
    "README.md": filled(
      filled(readme, "capabilities", overview(tables)),
      "description",
      descriptionReference(description),
    ),
    "docs/capabilities.md": details(tables),
  };
}

/** The text with another between the two marks of a name. */
function filled(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before === -1 || after < before)
    throw new Error(`README.md: ${start} and ${end} must stand there, in this order`);
  return `${text.slice(0, before + start.length)}\n\n${content}\n${text.slice(after)}`;
}
