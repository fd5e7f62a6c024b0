import { readFileSync } from "node:fs";
import { createAuthorizer } from "./authorizer.mjs";

/** @type {import("./claims.mjs").Requirement} */
const requirement = JSON.parse(readFileSync(new URL("./requirement.json", import.meta.url), "utf8"));

/** What Lambda calls. Made once a process, so that the issuer's keys are kept from one request to the next. */
export const handler = createAuthorizer(requirement, {
  fetch: (...request) => fetch(...request),
  now: Date.now,
  log: console.info,
});
