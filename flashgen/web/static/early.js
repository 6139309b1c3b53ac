// Keys that are pressed while a page's module still loads: kept here, and acted on by `onKeys` of common.js.
const early = {
  events: [],
  keep(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[\w?/]$/.test(event.key)) return;
    if (!event.target.closest("input, textarea, select")) early.events.push(event);
  },
};
document.addEventListener("keydown", early.keep);
