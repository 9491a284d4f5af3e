// Brings the marked evidence of an article into view; without it the section's heading is shown.
"use strict";

(function () {
  const mark = document.querySelector("mark.evidence");
  const [entry] = performance.getEntriesByType("navigation");
  const fresh = !entry || entry.type === "navigate";
  if (!mark || !fresh) return;
  const show = () => mark.scrollIntoView({ block: "center" });
  show();
  window.addEventListener("load", show, { once: true });
})();
