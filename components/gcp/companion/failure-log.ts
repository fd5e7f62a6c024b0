import { type Json, typed } from "./envoy.ts";

/**
 * One line of JSON on standard output for each request that fails, with the reason, which Cloud Run's own log of requests does not have.
 * It contains nothing that a client or a backend wrote: no path, query, header or body.
 *
 * @see https://cloud.google.com/logging/docs/structured-logging
 */
export const failureLog: Json = {
  name: "envoy.access_loggers.stdout",
  filter: {
    status_code_filter: { comparison: { op: "GE", value: { default_value: 400, runtime_key: "polygate.logged" } } },
  },
  typed_config: typed("envoy.extensions.access_loggers.stream.v3.StdoutAccessLog", {
    log_format: {
      json_format: {
        severity: "WARNING",
        message: "%ROUTE_NAME% was answered %RESPONSE_CODE%: %RESPONSE_CODE_DETAILS%",
        route: "%ROUTE_NAME%",
        status: "%RESPONSE_CODE%",
        reason: "%RESPONSE_CODE_DETAILS%",
        connection: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
        milliseconds: "%DURATION%",
      },
    },
  }),
};
