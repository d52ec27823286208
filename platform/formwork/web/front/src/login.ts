// The sign-in page loads only this.
import { reveal } from "./behaviours/reveal";
import { attachAll } from "./dom/attach";

attachAll(document, { reveal });
document.querySelector<HTMLElement>(".fw-summary")?.focus();
