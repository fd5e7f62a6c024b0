export type {
  AuthBindings,
  BackendBindings,
  FunctionBackendBinding,
  HttpBackendBinding,
  JwtBinding,
  LinkInput,
  OnPremBackendBinding,
} from "./binding-inputs.ts";
export type { Gateway, GatewayArgs, Report } from "./gateway.ts";
export type { Caution } from "./room.ts";
export type { Waivable, Waived, Waivers } from "./spec/capability.ts";
export { defineApi } from "./spec/define-api.ts";
export type * from "./spec/description.ts";
export { allOf, apiKey, fn, http, iam, jwt, onPrem, open } from "./spec/description.ts";
export { PolygateError, type Problem, type Vendor } from "./spec/error.ts";
export { fromOpenApi, type Overrides, type RouteOverride } from "./spec/from-openapi.ts";
export type { Transform } from "./transform.ts";
