import { z } from "zod";

/** The settings of the stack. */
export const singleSettings = z.strictObject({
  backend: z.url({ protocol: /^https$/ }).describe("the URL of the server, https://NAME"),
  issuer: z.url({ protocol: /^https$/ }).describe("the `iss` claim of the tokens, such as https://login.example.com"),
  accessLog: z
    .strictObject({
      days: z.literal([1, 7, 30, 90, 365]).describe("how many days a line is kept: 1, 7, 30, 90 or 365"),
    })
    .optional()
    .describe("the access log; none if it is left out"),
});
