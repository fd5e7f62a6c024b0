import type { OpenApiSource } from "../source.ts";
import { converted } from "./conversion.ts";
import { checkMembers } from "./members.ts";
import { type Data, isData } from "./parameters.ts";

/** Reads a Swagger 2.0 document as OpenAPI 3.0. Other documents are returned as they are. */
export function asOpenApi(source: OpenApiSource): OpenApiSource {
  const { root } = source;
  if (!root.at("swagger").present || !isData(root.value)) return source;
  checkMembers(root);
  const { data, places } = converted(root.value as Data);
  return source.converted(data, places);
}
