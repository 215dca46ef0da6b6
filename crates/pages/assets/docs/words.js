// Texts of the document.
import { html } from "/assets/shared/vendor/preact.js";

/** Text as the document writes it: paragraphs, and `code` between backticks. */
export function Words({ text = "" }) {
  const code = (part, place) => (place % 2 ? html`<code>${part}</code>` : part);
  const said = text.split("\n\n").map((paragraph) => paragraph.split("`").map(code));
  return said.length === 1 ? said[0] : said.map((paragraph) => html`<p>${paragraph}</p>`);
}
