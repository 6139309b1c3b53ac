// What all pages share: a word to the person, and requests that tell what went wrong.
const said = document.querySelector("#said");
let saidTimer = 0;

export function say(words, bad = false) {
  said.textContent = words;
  said.classList.toggle("bad", bad);
  clearTimeout(saidTimer);
  saidTimer = setTimeout(() => { said.textContent = ""; }, bad ? 9000 : 3500);
}

export async function ask(url, body) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : {};
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Error("flashgen review is not running any more; start it again, nothing is lost");
  }
  if (answer.status === 404) throw new Error("this page belongs to a review that has ended; open the new one");
  if (answer.status >= 500) throw new Error("flashgen broke on this: please report it; nothing was written");
  const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : await answer.text();
  if (told.error) throw new Error(told.error);
  return told;
}

export const isTyping = (event) => event.target.matches("input:not([type=checkbox]), textarea, select");
export const keysAreOn = () => localStorage.getItem("keys") !== "off";

// What keys do, from now on and for those pressed before; the page then says by its name that it is ready for all else.
export function onKeys(name, act) {
  document.removeEventListener("keydown", early.keep);
  document.addEventListener("keydown", act);
  early.events.splice(0).forEach(act);
  document.documentElement.dataset.ready = name;
}

// On a phone the filters stay folded until they are asked for, or in use.
const filterbox = document.querySelector(".filterbox");
const inUse = [...new URLSearchParams(location.search).keys()].some((name) => !["list", "id"].includes(name));
if (filterbox && matchMedia("(max-width: 40rem)").matches && !inUse) filterbox.open = false;
