import { z } from "zod";

/** A URL with TLS. */
export const httpsUrl = (description: string) => z.url({ protocol: /^https$/ }).describe(description);

/** Who issues the tokens. */
export const issuer = httpsUrl("the `iss` claim of the tokens, such as https://login.example.com");

/** How long lines of an access log on AWS are kept. */
export const accessLog = (description: string) =>
  z
    .strictObject({
      days: z.literal([1, 7, 30, 90, 365]).describe("how many days a line is kept: 1, 7, 30, 90 or 365"),
    })
    .optional()
    .describe(description);
