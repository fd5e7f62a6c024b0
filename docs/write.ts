/** `npm run docs`: writes the pages that are generated from the code. */

import { mkdirSync, writeFileSync } from "node:fs";
import { apiReports } from "./api/reports.ts";
import { pages } from "./pages.ts";

for (const [path, text] of Object.entries({ ...pages(), ...(await apiReports()) })) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
