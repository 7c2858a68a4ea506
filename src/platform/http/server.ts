// http, the server: one local web server for one person's browser. Takes routes and a folder of built files, gives an address
// with a ticket in it. Bound to this computer alone; refuses every request that is not its own page's. Knows no case.

export { boundedBody, boundedText } from "./bounded-body.node.ts";
export { type EventStreams, eventStreams } from "./event-streams.node.ts";
export { type LocalServer, type LocalServerOptions, openLocalServer } from "./local-server.node.ts";
export { type TicketBook, ticketBook } from "./ticket-book.node.ts";
