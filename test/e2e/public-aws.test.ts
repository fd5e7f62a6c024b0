import { testPublicPrograms } from "../support/e2e/public-programs.ts";

describe("public programs for AWS", function () {
  this.timeout(600_000);
  testPublicPrograms("aws", {}, []);
});
