import type { Api, ApiReplyRoute } from "../../api/checked-api.ts";
import type { FunctionContent } from "../function/function-content.ts";
import { routePaths } from "./route-key.ts";

/** What a function returns to API Gateway (payload format 2.0). */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
}

/** The code of the function. It imports nothing but Node and reads the answers from a file beside it. A missing answer is an error, for which API Gateway returns 500. */
const code = `import { readFileSync } from "node:fs";

const answers = new Map(Object.entries(JSON.parse(readFileSync(new URL("answers.json", import.meta.url), "utf8"))));

export const handler = async ({ routeKey }) => {
  const answer = answers.get(routeKey);
  if (answer === undefined) throw new Error(\`no answer for \${routeKey}\`);
  return answer;
};
`;

/** The routes that the gateway answers itself. */
export function repliesOf(api: Api): readonly ApiReplyRoute[] {
  return api.routes.filter((route) => route.kind === "reply");
}

/**
 * The function that gives all of an HTTP API's own replies, by the key of the matched route.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function replyFunction(api: Api, gateway: string): FunctionContent {
  const { keyOf } = routePaths(api);
  const answers = Object.fromEntries(repliesOf(api).map((route) => [keyOf(route), answerOf(route)]));
  return {
    files: { "index.mjs": code, "answers.json": `${JSON.stringify(answers, null, 2)}\n` },
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    purpose: `Answers of ${gateway}:`,
  };
}

/** The format has a separate list for cookies. */
function answerOf({ status, headers, body }: ApiReplyRoute): Answer {
  const { "set-cookie": cookie, ...others } = headers;
  return {
    statusCode: status,
    headers: others,
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
    ...(body === "" ? {} : { body }),
  };
}
