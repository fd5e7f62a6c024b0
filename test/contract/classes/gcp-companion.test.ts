import { holdToContract } from "../class-suite.ts";

holdToContract("GcpApiGateway with a companion");
