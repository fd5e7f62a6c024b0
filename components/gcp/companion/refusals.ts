import { SCOPES, UNDECLARED } from "./authorisation.ts";
import { type Json, typed } from "./envoy.ts";

const others = [SCOPES, UNDECLARED].map((reason) => `'rbac_access_denied_matched_policy[${reason}]'`).join(", ");

/** A credential is not accepted. Envoy's filters answer some of them 403. */
const ofCredential = `response.code == 401 || (response.code == 403 && !(response.code_details in [${others}]))`;

/**
 * The form of the gateway's own refusals. A credential that is not accepted is answered 401, and 403 means that it lacks a scope. Envoy
 * itself would name the companion's address in `www-authenticate`.
 */
export const refusals: Json = {
  body_format: { json_format: { code: "%RESPONSE_CODE%", message: "%LOCAL_REPLY_BODY%" } },
  mappers: [
    {
      filter: {
        extension_filter: {
          name: "envoy.access_loggers.extension_filters.cel",
          typed_config: typed("envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter", {
            expression: ofCredential,
          }),
        },
      },
      status_code: 401,
      headers_to_add: [
        { header: { key: "www-authenticate", value: "Bearer" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
      ],
    },
  ],
};
