// exchange: what an examination found, in the formats of partners: which there are, what each cannot carry. Writing and signing
// stand behind the node door. Never judges, never decides who may have what.
export { exchangeAnswers } from "./faults.ts";
export { sayExchange } from "./words.ts";
