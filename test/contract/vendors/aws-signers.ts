import type { Api } from "../../../components/api/checked-api.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import { invokeResource } from "../../../components/aws/invoke-arn.ts";
import type { AwsSigner } from "../../../sandbox/data-plane/aws/artefacts/signer.ts";
import type { CallerText, Places } from "../oracle/description.ts";

/** Returns the callers that may sign, with policies that contain the ARNs that the component returns. */
export function signers(api: Api, { callers = {} }: Places, invokeArn: string): readonly AwsSigner[] {
  if (!api.routes.some(({ auth }) => auth.kind === "iam")) return [];
  return Object.entries(callers).map(([name, caller]) => ({
    accessKeyId: caller.accessKeyId,
    secretAccessKey: caller.secretAccessKey,
    ...(caller.sessionToken === undefined ? {} : { sessionToken: caller.sessionToken }),
    active: caller.active,
    principal: caller.session
      ? { arn: `arn:aws:sts::123456789012:assumed-role/${name}/contract`, userId: `AROA${name}:contract` }
      : { arn: `arn:aws:iam::123456789012:user/${name}`, userId: `AIDA${name}`, name },
    policies: [policy(api, caller, invokeArn)],
  }));
}

function policy(api: Api, { may, mayNot }: CallerText, invokeArn: string): string {
  const statement = (Effect: "Allow" | "Deny", Resource: readonly string[]) =>
    Resource.length === 0 ? [] : [{ Effect, Action: "execute-api:Invoke", Resource }];
  // Policies do not name the routes that were removed because the gateway does not support them.
  const served = (key: string) => api.routes.some((route) => route.key === key);
  const arns = (keys: readonly string[]) => keys.filter(served).map((key) => `${invokeArn}/${resource(api, key)}`);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      ...statement("Allow", may === "everything" ? [`${invokeArn}/*`] : arns(may)),
      ...statement("Deny", arns(mayNot)),
      { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
    ],
  });
}

/**
 * Returns the resource of a route in a policy. It may also allow other routes, because the oracle knows which routes a policy cannot
 * distinguish.
 */
function resource(api: Api, key: string): string {
  const others = api.routes.filter((route) => route.auth.kind === "iam" && route.key !== key);
  const alsoAllows = others.filter((other) => {
    try {
      invokeResource("contract", api, key, { alsoAllows: [other.key as `GET /${string}`] });
      return true;
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      return !error.problems.some(({ code }) => code === "arn-allows-less");
    }
  });
  return invokeResource("contract", api, key, { alsoAllows: alsoAllows.map((route) => route.key as `GET /${string}`) });
}
