// Says when parts of a page are to be asked for again: when the event stream has news, or by the clock where no stream
// comes through. What is shown is always made by the server, so both ways show the same.
"use strict";
(() => {
  const POLL = 2000; // milliseconds between questions without a stream
  const SLOW = 10000; // the same for what changes slowly, and for a stream that might have lost something
  const place = document.querySelector("[data-stream]");
  const APART = Number(place?.dataset.apart ?? 1000); // least time between two questions that a stream causes

  let streaming = false;
  let asked = 0;
  let waiting = 0;

  const ask = (name) => {
    if (!document.hidden) window.htmx.trigger(document.body, name);
  };

  const news = () => {
    if (waiting) return;
    waiting = window.setTimeout(() => {
      waiting = 0;
      asked = Date.now();
      ask("news");
    }, Math.max(0, asked + APART - Date.now()));
  };

  const listen = (address) => {
    const stream = new EventSource(address);
    stream.onopen = () => { streaming = true; };
    stream.onerror = () => { streaming = false; };
    for (const name of ["message", "state", "change"]) stream.addEventListener(name, news);
    stream.addEventListener("end", () => { streaming = false; stream.close(); news(); });
    window.addEventListener("pagehide", () => stream.close());
  };

  if (place && window.EventSource) listen(place.dataset.stream);
  window.setInterval(() => { if (!streaming) ask("news"); }, POLL);
  window.setInterval(() => { ask("slow"); if (streaming) ask("news"); }, SLOW);
  document.addEventListener("visibilitychange", () => ask("news"));
})();
