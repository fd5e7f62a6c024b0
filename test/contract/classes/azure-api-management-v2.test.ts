import { holdToContract } from "../class-suite.ts";

holdToContract("AzureApiManagementApi in a v2 tier");
