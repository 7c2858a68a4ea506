import { randomBytes, timingSafeEqual } from "node:crypto";

/** One-time tickets: each opens the server for one browser, once. */
export interface TicketBook {
  /** A fresh ticket, 43 characters of base64url. */
  issue(): string;
  /** Takes a ticket that someone else issued. */
  add(ticket: string): void;
  /** Whether it was a valid ticket; it is none any more. */
  redeem(ticket: string): boolean;
}

const TICKET_BYTES = 32;
/** More than these at once are never needed: the oldest goes. */
const MOST = 16;

/** @param redeemed Told which ticket was used, so that whoever keeps tickets over a restart forgets it. */
export function ticketBook(redeemed: (ticket: string) => void = () => undefined): TicketBook {
  const open: string[] = [];
  const add = (ticket: string): void => {
    open.push(ticket);
    if (open.length > MOST) open.shift();
  };
  return {
    issue: () => {
      const ticket = randomBytes(TICKET_BYTES).toString("base64url");
      add(ticket);
      return ticket;
    },
    add,
    redeem: (ticket) => {
      const at = open.findIndex((one) => sameText(one, ticket));
      if (at < 0) return false;
      open.splice(at, 1);
      redeemed(ticket);
      return true;
    },
  };
}

/** Whether two secrets are the same, in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
