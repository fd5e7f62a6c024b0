/**
 * What a device on premises announces over BGP: every private range. The sandbox has no device, and no stack contains what one announces.
 */
export const announcedRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
