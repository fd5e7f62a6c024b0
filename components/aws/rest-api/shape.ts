import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, listOf, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import { certificateTransforms, domain } from "../domain/shape.ts";
import { functionBinding } from "../function/function-binding.ts";
import { executionTransforms } from "../function/shape.ts";
import { operations } from "../operations/shape.ts";
import type { AwsRestApiArgs, AwsRestApiTransforms } from "./args.ts";
import type { Cache, CachedRoute } from "./cache.ts";
import type { Canary } from "./canary/canary.ts";
import type { Consumer } from "./consumer.ts";
import type { AllowFrom } from "./exposure/allow-from.ts";
import type { PrivateTo } from "./exposure/private-to.ts";
import type { Firewall } from "./firewall/firewall.ts";

/** The class has a remedy of its own for a value of another type. */
const checked = { checked: true } as const;
const texts = listOf(value, checked);

const cachedRoute = objectOf<CachedRoute>({ ttlSeconds: value, query: texts, headers: texts }, checked);

/** The shape of {@link AwsRestApiArgs}. */
export const restApiShape = objectOf<AwsRestApiArgs>({
  ...gatewayMembers(functionBinding),
  ...operations,
  tracing: value,
  consumers: namedBy(objectOf<Consumer>({ plan: value, value })),
  domain,
  bodies: value,
  cache: objectOf<Cache>({ sizeGb: value, routes: namedBy(cachedRoute, checked) }, checked),
  clientCertificates: texts,
  canary: objectOf<Canary>({ percent: value }, checked),
  allowFrom: objectOf<AllowFrom>({ cidrs: texts }, checked),
  privateTo: objectOf<PrivateTo>({ vpcEndpoints: texts }, checked),
  firewall: objectOf<Firewall>({ managedRules: texts, webAclArn: value }, checked),
  refuseOtherReadings: value,
  transform: transforms<AwsRestApiTransforms>({
    ...executionTransforms,
    ...certificateTransforms,
    api: callback,
    import: callback,
    deployment: callback,
    stage: callback,
    methodSettings: callback,
    authorizer: callback,
    permission: callback,
    usagePlan: callback,
    apiKey: callback,
    usagePlanKey: callback,
    clientCertificate: callback,
    accessLog: callback,
    domain: callback,
    basePathMapping: callback,
    apiMapping: callback,
    webAcl: callback,
    webAclAssociation: callback,
  }),
});
