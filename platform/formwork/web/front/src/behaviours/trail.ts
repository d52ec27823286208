// From a list to its records and back: the path leads to the list as it was, with the records before and after.

interface Trail {
  href: string;
  records: string[];
}

const TRAIL = "fw-trail:";

/** The list remembers what it shows. */
export function trail(table: HTMLElement): void {
  const records = [...table.querySelectorAll<HTMLElement>("tbody tr[data-href]")].map((row) => row.dataset.href ?? "");
  const kept: Trail = { href: location.pathname + location.search, records };
  sessionStorage.setItem(TRAIL + location.pathname, JSON.stringify(kept));
}

/** The record finds its place in the list its reader came from. */
export function crumbs(path: HTMLElement): void {
  const list = path.querySelector<HTMLAnchorElement>("[data-list]");
  const said = list && sessionStorage.getItem(TRAIL + list.pathname);
  if (!list || !said) return;
  const kept = JSON.parse(said) as Trail;
  const own = location.pathname.split("/").slice(0, 4).join("/");
  const at = kept.records.indexOf(own);
  if (at < 0) return;
  list.href = kept.href;
  const place = path.querySelector<HTMLElement>("[data-place]");
  if (place) {
    place.textContent = (place.dataset.text ?? "").replace("{at}", String(at + 1)).replace("{count}", String(kept.records.length));
    place.hidden = false;
  }
  for (const [name, near] of [["previous", kept.records[at - 1]], ["next", kept.records[at + 1]]] as const) {
    const link = path.querySelector<HTMLAnchorElement>(`[data-${name}]`);
    if (!link || !near) continue;
    link.href = near;
    link.hidden = false;
  }
}
