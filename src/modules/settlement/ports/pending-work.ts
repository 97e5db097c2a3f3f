/** Whether jobs have something to do. Asked often, also within requests, and so without a transaction. */
export abstract class PendingWork {
  /** Booked, not refused, and not in the ledger yet. */
  abstract hasUnposted(): Promise<boolean>;
  abstract hasClosing(): Promise<boolean>;
}
