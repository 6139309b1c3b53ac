// The links page: one link at a time is asked again or skipped, and its row takes the place of the old one.
import { ask, isTyping, keysAreOn, onKeys, say } from "./common.js";

const wishes = {
  again: ["/links/again", {}, "Asking…", "Asked"],
  skip: ["/links/skip", { skip: true }, "", "Skipped: the reading list says so now"],
  unskip: ["/links/skip", { skip: false }, "", "It is read at the next build"],
};

document.querySelector("#links").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-do]");
  if (!button || button.ariaDisabled === "true") return;
  const row = button.closest(".link");
  const [url, body, before, after] = wishes[button.dataset.do];
  button.ariaDisabled = "true";
  if (before) { button.textContent = before; say(before); }
  try {
    const told = await ask(url, { list: row.dataset.list, url: row.dataset.url, ...body });
    row.outerHTML = told.html;
    const fresh = document.querySelector(`.link[data-url="${CSS.escape(row.dataset.url)}"]`);
    fresh?.querySelector("button")?.focus();
    say(`${after}.`);
  } catch (error) {
    button.ariaDisabled = "false";
    say(error.message, true);
  }
});
document.querySelector(".filters").addEventListener("change", (event) => event.currentTarget.requestSubmit());
onKeys("links", (event) => {
  if (event.key !== "/" || isTyping(event) || !keysAreOn()) return;
  event.preventDefault();
  document.querySelector("[name=text]").focus();
});
