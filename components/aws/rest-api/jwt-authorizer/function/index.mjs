import { readFileSync } from "node:fs";
import { createFunction } from "./by-route.mjs";

/** @type {import("./by-route.mjs").Content} */
const content = JSON.parse(readFileSync(new URL("./requirement.json", import.meta.url), "utf8"));

/** What Lambda calls. Made once a process, so that the issuer's keys are kept from one request to the next. */
export const handler = createFunction(content, {
  fetch: (...request) => fetch(...request),
  now: Date.now,
  log: console.info,
});
