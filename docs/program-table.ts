import { publicPrograms } from "../test/e2e/programs/public/catalogue.ts";
import { table } from "./table.ts";

/** The public programs that tests run in the sandbox, with what happens to each. */
export function programTable(): string {
  const rows = publicPrograms.map(({ vendor, name, origin, version, refused, request }) => [
    `${vendor}/${name}`,
    `${origin}, ${version}`,
    refused === undefined
      ? request === undefined
        ? "deployed"
        : "deployed and served"
      : `refused: ${refused.join("; or ")}`,
  ]);
  return table(["program", "origin and version", "at preview and after"], rows);
}
