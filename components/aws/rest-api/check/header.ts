import type { Feature } from "../../../api/capability/features.ts";
import type { Api } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";

/**
 * Request headers that a mapping cannot set or that the gateway sets itself, in addition to those that no description may set:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
const reserved =
  /^(?:content-md5|max-forwards|server|www-authenticate|x-amzn?-.*|x-forwarded-(?:for|host|port|proto))$/;
/** Response headers that reach clients under another name, or not at all. */
const reservedInReply = /^(?:authorization|date|user-agent)$/;
/** Response headers that the gateway sets itself with CORS. */
const corsHeader = /^(?:access-control-.*|vary)$/;
const mappableName = /^[A-Za-z0-9._$-]+$/;

/** Checks the headers that CORS responses name. */
export function checkCorsNames(problems: ProblemList, { cors }: Api): void {
  if (cors === undefined) return;
  for (const list of ["headers", "expose"] as const) {
    for (const name of cors[list].filter((each) => each.includes("'"))) {
      problems.refuse(
        "quote",
        `The name ${name} contains a single quote. A REST API encloses static values in single quotes and cannot escape one.`,
        "Rename the header.",
        { place: `cors.${list}`, feature: "cors" },
      );
    }
  }
}

/** Checks the name of a header that a route sets on requests. */
export function checkRequestHeader(problems: ProblemList, name: string): void {
  checkName(problems, name, "headers.set", reserved.test(name));
}

/**
 * Checks the name of a header that a reply contains.
 *
 * @returns whether the reply can contain it
 */
export function checkReplyHeader(problems: ProblemList, name: string, { cors }: Api): boolean {
  if (cors === undefined || !corsHeader.test(name)) {
    return checkName(problems, name, "reply", reserved.test(name) || reservedInReply.test(name));
  }
  problems.refuse("reserved-header", `With cors, the gateway itself sets ${name}.`, "Leave the header to cors.", {
    feature: "reply",
  });
  return false;
}

function checkName(problems: ProblemList, name: string, feature: Feature, isReserved: boolean): boolean {
  if (!isReserved && mappableName.test(name)) return true;
  problems.refuse(
    isReserved ? "reserved-header" : "header-characters",
    isReserved
      ? `A REST API does not map the header ${name} (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).`
      : `The name of a mapped header may contain only letters, digits and . _ $ -. This does not hold for ${name}.`,
    "Use another name, or leave the header to the backend.",
    { feature },
  );
  return false;
}
