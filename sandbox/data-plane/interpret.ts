import type { GatewayArtefacts } from "./artefacts.ts";
import { interpretAwsHttpApi } from "./aws/http-api/http-api.ts";
import { interpretAwsRestApi } from "./aws/rest-api/rest-api.ts";
import { interpretApim } from "./azure/api-management/api-management.ts";
import { checkFunctions } from "./functions/supported-runtime.ts";
import { interpretGcpApiGateway } from "./gcp/api-gateway/api-gateway.ts";
import type { Interpreter, Surroundings } from "./interpreter.ts";

/**
 * The interpreter for a gateway's kind.
 * @throws UnsupportedArtefact for what the vendor would refuse and for what is not known here
 */
export function interpret(artefacts: GatewayArtefacts, surroundings: Surroundings): Interpreter {
  switch (artefacts.kind) {
    case "aws-http-api":
      checkFunctions(artefacts.functions ?? {});
      return interpretAwsHttpApi(artefacts, surroundings);
    case "aws-rest-api":
      checkFunctions({ ...artefacts.functions, ...artefacts.canary?.functions });
      return interpretAwsRestApi(artefacts, surroundings);
    case "azure-api-management":
      return interpretApim(artefacts, surroundings);
    case "gcp-api-gateway":
      return interpretGcpApiGateway(artefacts, surroundings);
  }
}
