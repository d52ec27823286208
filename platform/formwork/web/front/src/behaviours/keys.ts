// Shortcuts of every page. Single letters only outside inputs, and only when the person has not switched them off.
import { isTyping } from "../dom/typing";
import { closable } from "./dialog";
import { openPalette } from "./palette";

function press(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return Boolean(found);
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
  return false;
}

export function keys(body: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      if (press(event.key === "ArrowUp" ? "[data-previous]" : "[data-next]")) event.preventDefault();
    } else if (body.dataset.keys !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      if (!document.querySelector("dialog[open], [popover]:popover-open") && single(event.key)) event.preventDefault();
    }
  });
}
