/** What stands in a page before the snippet has loaded: calls wait in it. */
export const STUB = 'window.tributary=window.tributary||function(){(tributary.q=tributary.q||[]).push(arguments)}';
