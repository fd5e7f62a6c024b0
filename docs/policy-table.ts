import { modelledSections, SECTIONS } from "../sandbox/data-plane/azure/api-management/policies/catalogue.ts";
import { REFERENCE } from "../sandbox/data-plane/azure/api-management/policies/reference.ts";
import { table } from "./table.ts";

/** The policies of Microsoft's reference by its headings: those that the sandbox models, and those that it only knows by name. */
export function policyTable(): string {
  const rows = Object.entries(REFERENCE).map(([heading, names]) => [
    heading,
    listed(names.filter((name) => modelledSections(name).length > 0).map(modelled)),
    listed(names.filter((name) => modelledSections(name).length === 0).map((name) => `\`${name}\``)),
  ]);
  return table(["policies for", "modelled", "known, refused at preview"], rows);
}

const listed = (names: readonly string[]): string => names.join("<br>");

function modelled(name: string): string {
  const sections = modelledSections(name);
  return `\`${name}\` (${sections.length === SECTIONS.length ? "all sections" : sections.join(", ")})`;
}
