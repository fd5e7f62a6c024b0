import { holdToContract } from "../class-suite.ts";

holdToContract("AzureApiManagementApi");
