import type { AwsCors } from "../../../data-plane/aws/artefacts/http-api.ts";
import { isEmpty, isObject, isUnknown, type Properties, type PropertyValue, texts } from "../../property-value.ts";

/** The `corsConfiguration` argument as API Gateway stores it; undefined when it is omitted or empty. */
export function corsOf(value: PropertyValue | undefined): AwsCors | undefined {
  if (!isObject(value) || isEmpty(value)) return undefined;
  return {
    allowCredentials: value.allowCredentials === true,
    allowHeaders: texts(value.allowHeaders) ?? [],
    allowMethods: texts(value.allowMethods) ?? [],
    allowOrigins: texts(value.allowOrigins) ?? [],
    exposeHeaders: texts(value.exposeHeaders) ?? [],
    maxAge: typeof value.maxAge === "number" ? value.maxAge : 0,
  };
}

export function corsOutput(cors: AwsCors): Properties {
  return {
    allowCredentials: cors.allowCredentials ?? false,
    allowHeaders: cors.allowHeaders ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowOrigins: cors.allowOrigins ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAge: cors.maxAge ?? 0,
  };
}

/** Compares two `corsConfiguration` arguments, whose lists are case-insensitive sets to the provider. */
export function sameCorsArgument(left: PropertyValue, right: PropertyValue): boolean {
  if (isUnknown(right)) return false;
  const [one, other] = [corsOf(left), corsOf(right)];
  if (one === undefined || other === undefined) return one === other;
  return sameCors(one, other);
}

export function sameCors(left: AwsCors, right: AwsCors): boolean {
  return canonical(left) === canonical(right);
}

function canonical(cors: AwsCors): string {
  const set = (values: readonly string[] | undefined) => (values ?? []).map((value) => value.toLowerCase()).sort();
  return JSON.stringify([
    cors.allowCredentials ?? false,
    set(cors.allowHeaders),
    set(cors.allowMethods),
    set(cors.allowOrigins),
    set(cors.exposeHeaders),
    cors.maxAge ?? 0,
  ]);
}
