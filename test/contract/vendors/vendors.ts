import { awsHttpApi } from "./aws.ts";
import { awsRestApi } from "./aws-rest.ts";
import { azureApiManagement } from "./azure.ts";
import { gcpApiGateway } from "./gcp.ts";
import type { VendorUnderTest } from "./vendor.ts";

/** Every gateway class that the contract suite tests. */
export const vendors: readonly VendorUnderTest[] = [awsHttpApi, awsRestApi, azureApiManagement, gcpApiGateway];
