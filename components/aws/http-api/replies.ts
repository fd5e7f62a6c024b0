import type { Api, ApiReplyRoute } from "../../api/checked-api.ts";
import type { FunctionContent } from "../function/function-content.ts";
import { routeKeyOf } from "./document.ts";

/** What a function returns for API Gateway to answer (payload format 2.0). */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
}

/** Self-contained: the answers lie beside it, and an answer that is not there is an error, which API Gateway answers by 500. */
const code = `import { readFileSync } from "node:fs";

const answers = new Map(Object.entries(JSON.parse(readFileSync(new URL("answers.json", import.meta.url), "utf8"))));

export const handler = async ({ routeKey }) => {
  const answer = answers.get(routeKey);
  if (answer === undefined) throw new Error(\`no answer for \${routeKey}\`);
  return answer;
};
`;

/** The routes that the gateway answers by itself. */
export function repliesOf(api: Api): readonly ApiReplyRoute[] {
  return api.routes.filter((route) => route.kind === "reply");
}

/**
 * The function that gives all of an HTTP API's own answers, by the key of the route that was taken.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function replyFunction(api: Api, gateway: string): FunctionContent {
  const answers = Object.fromEntries(repliesOf(api).map((route) => [routeKeyOf(route), answerOf(route)]));
  return {
    files: { "index.mjs": code, "answers.json": `${JSON.stringify(answers, null, 2)}\n` },
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    purpose: `Answers of ${gateway}:`,
  };
}

/** A cookie is a list of its own in this format; as a header it would be one among others. */
function answerOf({ status, headers, body }: ApiReplyRoute): Answer {
  const { "set-cookie": cookie, ...others } = headers;
  return {
    statusCode: status,
    headers: others,
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
    ...(body === "" ? {} : { body }),
  };
}
