import { testPublicPrograms } from "../support/e2e/public-programs.ts";

describe("public programs for Azure", function () {
  this.timeout(600_000);
  testPublicPrograms("azure", { "azure-native:location": "westeurope" }, ["https://devices.azurewebsites.net"]);
});
