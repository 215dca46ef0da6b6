// Where a mail is.
import { html } from "../lib/preact.js";
import { title } from "../lib/format.js";
import { Badge } from "./badge.js";

const LOOKS = { sent: ["ok", "check"], waiting: ["warn", "clock"], failed: ["danger", "alert"] };

export const MailState = ({ of }) => html`<${Badge} kind=${LOOKS[of]?.[0]} icon=${LOOKS[of]?.[1] ?? "dot"}>${title(of)}<//>`;
