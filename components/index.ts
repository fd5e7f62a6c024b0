export type { Waivable, Waived, Waivers } from "./api/capability/waivers.ts";
export { defineApi } from "./api/define-api.ts";
export type * from "./api/description.ts";
export { allOf, apiKey, fn, http, iam, jwt, onPrem, open } from "./api/description.ts";
export type {
  Answered,
  Answers,
  PathQueryAnswer,
  PreferAnswer,
  SchemeAnswer,
  ScopesAnswer,
  SegmentsAnswer,
  TrailingSlashAnswer,
  UnsecuredAnswer,
  UnservableAnswer,
} from "./api/openapi/answers/answers.ts";
export { fromOpenApi } from "./api/openapi/from-openapi.ts";
export type { Overrides, RouteOverride } from "./api/openapi/overrides.ts";
export { PolygateError, type Problem, type ProblemPlace, type Vendor } from "./api/problem.ts";
export type {
  AuthBindings,
  BackendBindings,
  FunctionInput,
  HttpBackendBinding,
  JwtBinding,
  JwtBindingWithAudiences,
  JwtBindingWithoutAudiences,
  LinkInput,
  OnPremBackendBinding,
  ProofInput,
} from "./gateway/binding-inputs.ts";
export type { Gateway, GatewayArgs, PlansOf, RouteOf } from "./gateway/gateway.ts";
export type { RouteMeeting } from "./gateway/readings.ts";
export type { ExtensionReason, Report, RouteReason } from "./gateway/report.ts";
export type { Caution } from "./gateway/target.ts";
export type { Transform } from "./gateway/transform.ts";
