/**
 * Whether the last request reached the shop.
 *
 * The browser's own `navigator.onLine` knows only about networks: it is false on a machine
 * without one, where a shop on the same machine answers all the same.
 */
class Connection {
  isLost = $state(false);

  /** Sends the request, and remembers whether there was an answer. */
  async watch(sent: Promise<Response>): Promise<Response> {
    try {
      const response = await sent;
      this.isLost = false;
      return response;
    } catch (error) {
      // An abort is the page's own wish, and a time-out is reported by its request.
      if (error instanceof TypeError) this.isLost = true;
      throw error;
    }
  }
}

export const connection = new Connection();
