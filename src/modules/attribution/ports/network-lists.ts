/** Networks and sites somebody has listed. What is not listed, and what is no address, is on none of them. */
export abstract class NetworkLists {
  /** Machines live there, not people. */
  abstract isHosting(address: string): boolean;
  /** Proxies, VPNs, the exits of Tor. */
  abstract isProxy(address: string): boolean;
  /** The page a visitor came from, as a browser names it, is on a site we want nothing from. */
  abstract isBannedReferrer(page: string): boolean;
}
