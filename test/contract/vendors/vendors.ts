import { awsHttpApi } from "./aws.ts";
import { awsRestApi } from "./aws-rest.ts";
import { azureApiManagement, azureApiManagementV2 } from "./azure.ts";
import { gcpApiGateway } from "./gcp.ts";
import { gcpApiGatewayWithCompanion } from "./gcp-companion.ts";
import type { VendorUnderTest } from "./vendor.ts";

/** Every gateway class that the contract suite tests on a clock that it controls. */
export const vendors: readonly VendorUnderTest[] = [awsHttpApi, awsRestApi, azureApiManagement, gcpApiGateway];

/** Every gateway class that the contract suite tests, in every form that reads paths in its own way. */
export const allForms: readonly VendorUnderTest[] = [...vendors, gcpApiGatewayWithCompanion];

/** The same, and the forms that differ in something else, such as how they count. */
export const heldForms: readonly VendorUnderTest[] = [...allForms, azureApiManagementV2];
