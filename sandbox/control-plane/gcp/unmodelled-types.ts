import type { UnmodelledTypes } from "../unmodelled-types.ts";

// https://cloud.google.com/api-gateway/docs/api-access-overview: the roles of API Gateway govern who manages it.
const MANAGEMENT = "Governs who may manage the resource. The OpenAPI document decides who may call the API.";

/** How the `gcp` package treats the types without a model. */
export const gcpUnmodelled: UnmodelledTypes = {
  gatewayModules: ["gcp:apigateway/"],
  stored: {
    "gcp:apigateway/apiConfigIamBinding:ApiConfigIamBinding": MANAGEMENT,
    "gcp:apigateway/apiConfigIamMember:ApiConfigIamMember": MANAGEMENT,
    "gcp:apigateway/apiConfigIamPolicy:ApiConfigIamPolicy": MANAGEMENT,
    "gcp:apigateway/apiIamBinding:ApiIamBinding": MANAGEMENT,
    "gcp:apigateway/apiIamMember:ApiIamMember": MANAGEMENT,
    "gcp:apigateway/apiIamPolicy:ApiIamPolicy": MANAGEMENT,
    "gcp:apigateway/gatewayIamBinding:GatewayIamBinding": MANAGEMENT,
    "gcp:apigateway/gatewayIamMember:GatewayIamMember": MANAGEMENT,
    "gcp:apigateway/gatewayIamPolicy:GatewayIamPolicy": MANAGEMENT,
  },
  refused: {},
};
