// Theme and row height: applied at once, kept for the next page.
import { keepLook } from "../dom/look";

export function look(element: HTMLElement): void {
  const root = document.documentElement;
  element.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-look]");
    if (!button) return;
    const key = button.dataset.look ?? "";
    const value = button.dataset.value ?? "";
    if (key === "theme") {
      if (value) root.dataset.bsTheme = value;
      else delete root.dataset.bsTheme;
    } else root.dataset.density = value;
    keepLook(key, value);
    for (const other of element.querySelectorAll(`[data-look="${key}"][aria-pressed]`)) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
}
