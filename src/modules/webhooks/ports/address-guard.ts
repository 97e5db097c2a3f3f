/** Keeps us from being sent where only we can go: our own network, our own machine, the cloud's own addresses. */
export abstract class AddressGuard {
  /** The address as it is kept. Throws `webhooks.address_refused`, `webhooks.https_required`, `webhooks.port_refused`. */
  abstract admitted(url: string): Promise<string>;
}
