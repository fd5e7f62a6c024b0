/** `npm run docs`: writes the pages that are generated from the code. */

import { writeFileSync } from "node:fs";
import { apiReports } from "./api/reports.ts";
import { pages } from "./pages.ts";

for (const [path, text] of Object.entries({ ...pages(), ...(await apiReports()) })) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
