import { documentIn } from "../../api-document.ts";
import { isEmpty, isUnknown, type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { CheckFailure } from "../../resource-model.ts";

/** An argument that changes how requests are decided in a way that the sandbox does not model. */
interface UnservedArgument {
  readonly name: string;
  /** The values that it may have. @default none */
  readonly served?: readonly PropertyValue[];
  readonly instead: string;
}

const VERSION = "declare the set with azure.apimanagement.ApiVersionSet, and pass its id (apiVersionSetId)";

const API: readonly UnservedArgument[] = [
  { name: "apiType", served: ["http"], instead: 'use "http"' },
  { name: "apiVersionSet", instead: VERSION },
  { name: "isCurrent", served: [true], instead: "declare the current revision only" },
  { name: "soapApiType", served: ["http"], instead: "declare an HTTP API" },
  { name: "sourceApiId", instead: "pass the document of the API (format, value)" },
  { name: "wsdlSelector", instead: "pass an OpenAPI document" },
];

const SERVICE: readonly UnservedArgument[] = [
  { name: "disableGateway", served: [false], instead: "leave it out here, or run against the cloud" },
  { name: "enableClientCertificate", served: [false], instead: "leave it out here, or run against the cloud" },
];

/** Reports the arguments of an API that the sandbox does not serve. */
export function unservedInApi(inputs: Properties): readonly CheckFailure[] {
  const failures = [...unserved(inputs, API)];
  const [version, set] = [isEmpty(inputs.apiVersion), isEmpty(inputs.apiVersionSetId)];
  if (version !== set) {
    const reason = "the sandbox serves a version with its name (apiVersion) and its set (apiVersionSetId) only";
    failures.push({ property: version ? "apiVersion" : "apiVersionSetId", reason });
  }
  if (text(inputs, "apiId")?.includes(";rev=") === true) {
    const reason = "the sandbox does not serve revisions; declare the current revision only";
    failures.push({ property: "apiId", reason });
  }
  const conduct = "translateRequiredQueryParametersConduct";
  if (text(inputs, conduct) === "query" && requiresQuery(documentIn(text(inputs, "value") ?? "{}"))) {
    const reason = 'the sandbox reads required query parameters as parts of the template only; use "template"';
    failures.push({ property: conduct, reason });
  }
  return failures;
}

/** Whether a part of a document declares a required query parameter. */
function requiresQuery(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const declared = part as { readonly in?: unknown; readonly required?: unknown };
  return (declared.in === "query" && declared.required === true) || Object.values(part).some(requiresQuery);
}

/** Reports the arguments of a service that the sandbox does not serve. */
export function unservedInService(inputs: Properties): readonly CheckFailure[] {
  return unserved(inputs, SERVICE);
}

function unserved(inputs: Properties, options: readonly UnservedArgument[]): readonly CheckFailure[] {
  return options.flatMap(({ name, served = [], instead }) => {
    const value = inputs[name];
    if (value === undefined || value === null || isUnknown(value) || served.includes(value)) return [];
    const written = typeof value === "object" ? name : `${name} ${JSON.stringify(value)}`;
    return [{ property: name, reason: `the sandbox does not model ${written}; ${instead}` }];
  });
}
