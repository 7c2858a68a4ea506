// faults: what the operator must act on, with a stable code and a place. Each room declares its codes in its own
// faults.ts (`satisfies Answers`); an app joins the tables, and words/{en,km}.json of the room holds "fault.<code>".
export type { Answers, FaultOptions } from "./fault.ts";
export { Fault, faultMaker } from "./fault.ts";
