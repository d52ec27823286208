// Where the reader was: Back and Reload find the page as it was left, and sorting by keyboard keeps its place.

const REGIONS = ".fw-table-wrap, .fw-scroll, .fw-region, .fw-form-body, .fw-nav";
const STAY = "fw-stay";
const PLACES = "fw-place:";
const MOST = 60;

interface Place {
  at: number;
  top: number;
  regions: [number, number][];
  link: string;
}

function regions(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(REGIONS)];
}

/** The key of this entry of the browser's history, made when it is new. */
function entry(): string {
  const state = (history.state ?? {}) as { fwPlace?: string };
  if (state.fwPlace) return state.fwPlace;
  const made = crypto.randomUUID?.() ?? String(Date.now() + Math.random());
  history.replaceState({ ...state, fwPlace: made }, "");
  return made;
}

function leave(key: string): void {
  const focused = document.activeElement;
  const place: Place = {
    at: Date.now(),
    top: window.scrollY,
    regions: regions().map((one) => [one.scrollLeft, one.scrollTop]),
    link: focused instanceof HTMLAnchorElement ? (focused.getAttribute("href") ?? "") : "",
  };
  sessionStorage.setItem(PLACES + key, JSON.stringify(place));
  const kept = Object.keys(sessionStorage).filter((name) => name.startsWith(PLACES));
  if (kept.length <= MOST) return;
  const age = (name: string): number => (JSON.parse(sessionStorage.getItem(name) ?? "{}") as Place).at;
  kept.sort((one, other) => age(one) - age(other));
  for (const name of kept.slice(0, kept.length - MOST)) sessionStorage.removeItem(name);
}

function comeBack(key: string): void {
  const said = sessionStorage.getItem(PLACES + key);
  if (!said) return;
  const place = JSON.parse(said) as Place;
  regions().forEach((one, index) => {
    const [left, top] = place.regions[index] ?? [0, 0];
    one.scrollTo({ left, top, behavior: "instant" });
  });
  window.scrollTo({ top: place.top, behavior: "instant" });
  if (!place.link || document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`main a[href="${CSS.escape(place.link)}"]`)?.focus({ preventScroll: true });
}

/** After a link or form that leads to the same page again, focus what it names instead of the page's start. */
function stay(): void {
  const keep = (element: Element | null | undefined): void => {
    const id = element instanceof HTMLElement ? element.dataset.stay : undefined;
    const path = element instanceof HTMLAnchorElement ? element.pathname : location.pathname;
    if (id) sessionStorage.setItem(STAY, JSON.stringify({ path, id }));
  };
  document.addEventListener("click", (event) => {
    if (event.detail === 0) keep((event.target as Element).closest("a[data-stay]"));
  });
  document.addEventListener("submit", (event) => keep((event.target as Element).closest("form[data-stay]")));
  const said = sessionStorage.getItem(STAY);
  if (!said) return;
  sessionStorage.removeItem(STAY);
  const { path, id } = JSON.parse(said) as { path: string; id: string };
  if (path === location.pathname) document.getElementById(id)?.focus({ preventScroll: true });
}

export function keepPlace(): void {
  const key = entry();
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation && navigation.type !== "navigate") comeBack(key);
  window.addEventListener("pagehide", () => leave(key));
  stay();
}
