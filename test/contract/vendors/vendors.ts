import { awsHttpApi } from "./aws.ts";
import { awsRestApi } from "./aws-rest.ts";
import { azureApiManagement } from "./azure.ts";
import { gcpApiGateway } from "./gcp.ts";
import { gcpApiGatewayWithCompanion } from "./gcp-companion.ts";
import type { VendorUnderTest } from "./vendor.ts";

/** Every gateway class that the contract suite tests on a clock that it controls. */
export const vendors: readonly VendorUnderTest[] = [awsHttpApi, awsRestApi, azureApiManagement, gcpApiGateway];

/** Every gateway class that the contract suite tests, in every form. */
export const allForms: readonly VendorUnderTest[] = [...vendors, gcpApiGatewayWithCompanion];
