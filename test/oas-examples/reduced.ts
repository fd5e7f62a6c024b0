import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Description } from "../../components/api/description.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";

const folder = fileURLToPath(new URL("./reduced/", import.meta.url));

/** Documents that each contain what real ones contain and no gateway can take as it is. Beside each is an overlay with answers. */
export const reduced: readonly string[] = globSync("*.yaml", { cwd: folder })
  .filter((file) => !file.endsWith(".polygate.yaml"))
  .toSorted();

/** Returns the full path of a reduction. */
export function fileOfReduced(document: string): string {
  return `${folder}${document}`;
}

/** Reads a reduction with the overlay beside it. */
export function readReduced(document: string): Description {
  return fromOpenApi(fileOfReduced(document), { overlay: fileOfReduced(document).replace(/yaml$/, "polygate.yaml") });
}
