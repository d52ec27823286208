// A button with a popover: placed beside the button, arrow keys move inside, focus returns.
import { place } from "../dom/anchor";

const FOCUSABLE = "a[href], button:not([disabled]), select, input:not([type=hidden]), textarea, summary";

export function menu(button: HTMLElement): void {
  const popover = document.getElementById(button.getAttribute("popovertarget") ?? "");
  if (!popover) return;
  popover.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    place(popover, button);
    popover.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true });
  });
  popover.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const target = event.target as HTMLElement;
    if (target.matches("select, textarea, input")) return;
    const items = [...popover.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(target) + step + items.length) % items.length]?.focus();
    event.preventDefault();
  });
}
