// The command palette: a modal combobox over pages (at once) and records (from the server), grouped.
import { isComposing } from "../dom/typing";
import { closable } from "./dialog";

interface Hit {
  title: string;
  href: string;
  detail?: string;
  icon?: string;
}

interface Group {
  label: string;
  items: Hit[];
}

const WAIT = 120;

/** What a line of the navigation stands under. */
function above(link: Element): string {
  let one = link.previousElementSibling;
  while (one?.matches(".fw-nav-sub")) one = one.previousElementSibling;
  return one?.querySelector("span")?.textContent?.trim() ?? "";
}

function links(selector: string): Hit[] {
  return [...document.querySelectorAll<HTMLAnchorElement>(selector)].map((link) => ({
    title: (link.querySelector("span:not(.fw-count)") ?? link).textContent?.trim() ?? "",
    href: link.href,
    icon: link.querySelector("use")?.getAttribute("href") ?? "",
    detail: link.matches(".fw-nav-sub") ? above(link) : "",
  }));
}

function drawing(address: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "fw-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", address);
  svg.append(use);
  return svg;
}

/** The hits that hold what was typed, those that begin with it before the others. */
function fitting(hits: Hit[], query: string): Hit[] {
  const place = (hit: Hit): number => hit.title.toLocaleLowerCase().indexOf(query);
  return hits.filter((hit) => place(hit) >= 0).sort((one, other) => Number(place(one) > 0) - Number(place(other) > 0));
}

class Palette {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;
  private active = 0;
  private moved = false;
  private timer = 0;
  private turn = 0;
  private readonly none: HTMLElement;

  constructor(private readonly box: HTMLDialogElement) {
    this.input = box.querySelector<HTMLInputElement>("[role=combobox]")!;
    this.list = box.querySelector<HTMLElement>("[role=listbox]")!;
    this.status = box.querySelector<HTMLElement>("[data-status]")!;
    this.none = box.querySelector<HTMLElement>("[data-nothing]")!;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointermove", (event) => {
      const at = this.options.indexOf((event.target as Element).closest<HTMLElement>("[role=option]")!);
      if (at < 0) return;
      this.moved = true;
      this.mark(at);
    });
    closable(box);
  }

  open(): void {
    this.input.value = "";
    if (!this.box.open) this.box.showModal();
    this.typed();
    this.input.focus();
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private local(query: string): Group[] {
    const pages = { label: this.box.dataset.pages ?? "", items: fitting(links("#nav a"), query).slice(0, 8) };
    const create = { label: this.box.dataset.create ?? "", items: fitting(links("#menu-create a"), query).slice(0, query ? 5 : 4) };
    return query ? [pages, create] : [create, pages];
  }

  /** Records come first, but never push away a page that begins with what was typed: Enter goes where it would have gone before the answer. */
  private joined(query: string, records: Group[]): Group[] {
    const [pages, ...others] = this.local(query);
    if (!pages) return records;
    const named = pages.items[0]?.title.toLocaleLowerCase().startsWith(query);
    return named ? [pages, ...records, ...others] : [...records, pages, ...others];
  }

  private typed(): void {
    const query = this.input.value.trim().toLocaleLowerCase();
    this.moved = false;
    this.show(this.local(query), query.length >= 2);
    window.clearTimeout(this.timer);
    const turn = ++this.turn;
    if (query.length < 2) return;
    this.timer = window.setTimeout(() => void this.fetch(this.input.value.trim(), turn), WAIT);
  }

  private async fetch(query: string, turn: number): Promise<void> {
    try {
      const answer = await fetch(`${this.box.dataset.source}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
      if (turn !== this.turn) return;
      if (!answer.ok) return this.show(this.local(query.toLocaleLowerCase()));
      const { groups } = (await answer.json()) as { groups: Group[] };
      if (turn === this.turn) this.show(this.joined(query.toLocaleLowerCase(), groups));
    } catch {
      if (turn === this.turn) this.show(this.local(query.toLocaleLowerCase()));
    }
  }

  /** `waiting` while the server is asked: nothing found is said after its answer only. */
  private show(groups: Group[], waiting = false): void {
    const kept = this.moved ? this.options[this.active]?.dataset.href : undefined;
    this.list.replaceChildren();
    let count = 0;
    for (const group of groups.filter((one) => one.items.length)) {
      const box = document.createElement("div");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", group.label);
      const head = document.createElement("p");
      head.className = "fw-palette-group";
      head.setAttribute("aria-hidden", "true");
      head.textContent = group.label;
      box.append(head, ...group.items.map((hit) => this.line(hit, count++)));
      this.list.append(box);
    }
    this.list.hidden = !count;
    this.none.hidden = count > 0 || waiting;
    const said = waiting ? "" : (this.box.dataset.none ?? "");
    this.status.textContent = count ? (this.box.dataset.count ?? "").replace("{}", String(count)) : said;
    this.input.setAttribute("aria-expanded", String(count > 0));
    this.mark(Math.max(0, this.options.findIndex((option) => option.dataset.href === kept)));
  }

  private line(hit: Hit, index: number): HTMLElement {
    const option = document.createElement("a");
    option.className = "fw-option";
    option.id = `palette-${index}`;
    option.href = hit.href;
    option.dataset.href = hit.href;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    if (hit.icon) option.append(drawing(hit.icon));
    const title = document.createElement("span");
    title.textContent = hit.title;
    option.append(title);
    if (hit.detail) {
      const detail = document.createElement("span");
      detail.className = "fw-option-meta";
      detail.textContent = hit.detail;
      option.append(detail);
    }
    return option;
  }

  private mark(index: number): void {
    this.active = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.options[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const many = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.moved = true;
      if (many) this.mark((this.active + (event.key === "ArrowDown" ? 1 : -1) + many) % many);
    } else if (event.key === "Enter") {
      const option = this.options[this.active];
      if (!option) return;
      event.preventDefault();
      option.click();
    }
  }
}

let opened: Palette | null = null;

/** Open the palette, if the page has one. */
export function openPalette(): void {
  const box = document.getElementById("palette");
  if (!(box instanceof HTMLDialogElement)) return;
  opened ??= new Palette(box);
  opened.open();
}

export function palette(opener: HTMLElement): void {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    openPalette();
  });
}
