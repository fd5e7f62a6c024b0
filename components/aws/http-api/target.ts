import { functionBackends } from "../../api/checked-api.ts";
import type { Target } from "../../gateway/target.ts";
import { lambdaForm } from "../function/lambda-form.ts";
import { httpApiLinks } from "../link/link.ts";
import { awsHttpApi } from "./capabilities.ts";
import { httpApiCautions } from "./cautions.ts";
import { checkApi, checkAudiences, checkBound } from "./check.ts";
import { httpApiDocument } from "./document.ts";
import { repliesOf } from "./replies.ts";
import { type HttpApiSettings, infoOf, settingsOf } from "./settings.ts";

/** What the compiler needs besides the description and the bindings. */
export interface HttpApiTargetOptions {
  /** The API's name. */
  readonly name: string;
  /**
   * The ARN of the function for the gateway's own replies.
   *
   * @default a placeholder
   */
  readonly replies?: string;
}

/** Everything that an HTTP API is deployed from. */
export interface HttpApiArtefacts extends HttpApiSettings {
  /** Routes, authorizers and integrations: OpenAPI 3.0 in JSON. */
  readonly document: string;
}

/** A function of an account that does not exist, like the placeholders of bindings. */
const PLACEHOLDER = "arn:aws:lambda:us-east-1:000000000000:function:replies";

/** Checks and compiles an API for an HTTP API. */
export function httpApiTarget({ name, replies = PLACEHOLDER }: HttpApiTargetOptions): Target<HttpApiArtefacts> {
  return {
    capabilities: awsHttpApi,
    resources: (api) => 3 + functionBackends(api).length + (repliesOf(api).length === 0 ? 0 : 5),
    functions: lambdaForm,
    links: httpApiLinks,
    cautions: httpApiCautions,
    check: checkApi,
    checkAudiences,
    compile: (api, bindings) => {
      checkBound(api, bindings);
      return { document: httpApiDocument(api, bindings, infoOf(api, name), replies), ...settingsOf(api) };
    },
    artefacts: ({ document, cors, routeSettings }) => ({
      "openapi.json": document,
      "route-settings.json": `${JSON.stringify(routeSettings, null, 2)}\n`,
      ...(cors === undefined ? {} : { "cors.json": `${JSON.stringify(cors, null, 2)}\n` }),
    }),
  };
}
