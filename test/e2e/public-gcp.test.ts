import { testPublicPrograms } from "../support/e2e/public-programs.ts";

describe("public programs for Google Cloud", function () {
  this.timeout(600_000);
  testPublicPrograms("gcp", { "gcp:region": "us-central1" }, ["https://functions.example.com"]);
});
