import { config, Provider, type Region } from "@pulumi/aws";

/** A Region of AWS that a stack deploys to. */
export interface AwsRegion {
  /** The option of resources in the Region. The Region of the default provider needs none. */
  readonly options: { readonly provider?: Provider };
  /** The name of a resource: plain in the Region of the default provider, and with the Region elsewhere. */
  name(text: string): string;
}

/** Declares what a Region needs. A further Region changes no name of the others, so that none of their resources is replaced. */
export function awsRegion(region: string): AwsRegion {
  return region === config.region
    ? { options: {}, name: (text) => text }
    : {
        options: { provider: new Provider(region, { region: region as Region }) },
        name: (text) => `${text}-${region}`,
      };
}
