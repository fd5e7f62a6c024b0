import { z } from "zod";
import { accessLog, httpsUrl, issuer } from "./configuration/settings.ts";

/** The settings of the stack. */
export const singleSettings = z.strictObject({
  backend: httpsUrl("the URL of the server, https://NAME"),
  issuer,
  accessLog: accessLog("the access log; none if it is left out"),
});
