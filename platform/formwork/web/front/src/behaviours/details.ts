// The details region: find a field by its label, hide the empty ones. The choice is kept for this browser.
import { keepLook } from "../dom/look";

export function details(region: HTMLElement): void {
  const find = region.querySelector<HTMLInputElement>("[data-find]");
  const hide = region.querySelector<HTMLElement>("[data-hide-empty]");
  const apply = (): void => {
    const wanted = (find?.value ?? "").trim().toLocaleLowerCase();
    const hidden = hide?.getAttribute("aria-pressed") === "true" && !wanted;
    for (const field of region.querySelectorAll<HTMLElement>("[data-field]")) {
      field.hidden = (hidden && "blank" in field.dataset) || !(field.dataset.field ?? "").includes(wanted);
    }
    for (const fold of region.querySelectorAll<HTMLDetailsElement>("details")) {
      const some = fold.querySelector("[data-field]:not([hidden])") !== null;
      fold.hidden = !some;
      if (wanted && some) fold.open = true;
    }
  };
  find?.addEventListener("input", apply);
  hide?.addEventListener("click", () => {
    const on = hide.getAttribute("aria-pressed") !== "true";
    hide.setAttribute("aria-pressed", String(on));
    keepLook("empty", on ? "hide" : "");
    apply();
  });
  apply();
}
