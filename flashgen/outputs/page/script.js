const form = document.querySelector("form");
const search = form.elements.search;
const toggle = form.elements.toggle;
const cards = [...document.querySelectorAll(".card")].map((node) => ({ node, words: node.textContent.toLowerCase() }));
const topics = [...document.querySelectorAll("section")];

function find() {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { node, words } of cards) {
    node.hidden = !wanted.every((word) => words.includes(word));
    found += !node.hidden;
  }
  for (const topic of topics) topic.hidden = !topic.querySelector(".card:not([hidden])");
  document.querySelector("#found").textContent = wanted.length ? `${found} of ${cards.length} cards` : "";
}

function turn() {
  const open = toggle.textContent === "Show answers";
  for (const { node } of cards) node.open = open;
  toggle.textContent = open ? "Hide answers" : "Show answers";
}

search.addEventListener("input", find);
toggle.addEventListener("click", turn);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== search) {
    event.preventDefault();
    search.focus();
  }
});
form.hidden = false;
find();
