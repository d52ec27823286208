// Shortcuts of every page. Single letters only outside inputs, and only when the person has not switched them off.
import { isTyping } from "../dom/typing";
import { closable } from "./dialog";
import { openPalette } from "./palette";

function press(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  if (found?.hasAttribute("popovertarget")) found.focus(); // a closed menu gives the focus back to where it was
  found?.click();
  return Boolean(found);
}

/** `g`, then a letter: somewhere else. */
function go(key: string): boolean {
  if (key === "h") return press("#nav a[href='/']");
  if (key === "l") return press("[data-list]") || press("#nav a[aria-current]");
  return false;
}

function single(key: string): boolean {
  if (key === "?") {
    const sheet = document.getElementById("shortcuts");
    if (sheet instanceof HTMLDialogElement) {
      closable(sheet);
      sheet.showModal();
    }
    return true;
  }
  if (key === "/") return press("[popovertarget=menu-filter]") || press(".fw-top-search");
  if (key === "e") return press("[data-edit], a[href$='/edit']");
  if (key === "c") return press("[data-create]") || press("[popovertarget=menu-create]");
  if (key === "Escape") return press("[data-cancel-form]");
  return false;
}

const TWO_KEYS = 1200;

export function keys(body: HTMLElement): void {
  let started = Number.NaN;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      if (press(event.key === "ArrowUp" ? "[data-previous]" : "[data-next]")) event.preventDefault();
    } else if (body.dataset.keys !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      if (event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open")) return;
      const second = event.timeStamp - started < TWO_KEYS;
      const first = !second && event.key === "g";
      started = first ? event.timeStamp : Number.NaN;
      if (first || (second ? go(event.key) : single(event.key))) event.preventDefault();
    }
  });
}
